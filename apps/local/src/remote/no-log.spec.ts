import { openFrontDoor, ReplicaPool, type FrontDoor } from '@lakescope/databricks-emulator';
import { WebSocket } from 'ws';
import { NoLog } from './no-log';

describe('the log of an app that runs on this machine against a real workspace', () => {
  let door: FrontDoor;

  beforeAll(async () => {
    door = await openFrontDoor({
      port: 0,
      // Nobody is there: what is not answered in front of the app is 503.
      target: new ReplicaPool([new URL('http://127.0.0.1:1')]),
      identityOf: () => Promise.reject(new Error('nobody is asked who he is')),
      pages: [new NoLog('/home/ada/lake/logs/api.log')],
    });
  });
  afterAll(() => door.close());

  it.each(['/logz', '/logz/', '/logz/logz.js', '/logz/stream?x=1'])(
    'is not at %s, which says where it is',
    async (path) => {
      const answer = await fetch(`${door.url}${path}`);
      const page = await fetch(`${door.url}${path}`, { headers: { accept: 'text/html' } });

      expect([answer.status, page.status]).toEqual([404, 404]);
      for (const text of [await answer.text(), await page.text()]) {
        expect(text).toContain('--workspace');
        expect(text).toContain('/home/ada/lake/logs/api.log');
      }
    },
  );

  it('is no stream either', async () => {
    const socket = new WebSocket(`${door.url.replace('http', 'ws')}/logz/stream`);
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.once('error', resolve);
    });

    expect(status).toBe(404);
  });
});
