import { randomUUID } from 'node:crypto';
import { get, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '@lakescope/cda';
import { ResumableStream, StreamLimits } from '@lakescope/server-http';
import { LocalStack } from '@lakescope/server-testing';
import { JobsApp } from '../testing/jobs-app';
import { resultOf } from '../testing/scripted-engine';

/** Clients that follow one job; 200, of which 10 stall, with FAULT_SCALE=20. */
const CLIENTS = 10 * Number(process.env['FAULT_SCALE'] ?? 1);
const STALLED = Math.max(2, CLIENTS / 20);
/** Of 2,000 characters each: more than the kernel keeps for a socket that nobody reads. */
const LINES = 3_000;
const { readerBytes } = new StreamLimits();

describe('the log of a job that many follow', () => {
  let stack: LocalStack;
  let app: JobsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await JobsApp.start(stack, {}, { stallMs: 2_000, heartbeatMs: 200 });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('reaches those who read whole, while those who stall are cut off at their share, and go on when they come again', async () => {
    const lines = Array.from({ length: LINES }, (_, line): RunEvent => {
      const message = `${line} ${'x'.repeat(1_990)}`.slice(0, 2_000);
      return { type: 'warning', table: 'cc_claim', warning: { code: 'LONG', message } };
    });
    let tell = (): void => undefined;
    const asked = new Promise<void>((resolve) => (tell = resolve));
    app.engine.script = async (_, { onEvents }) => {
      await asked;
      for (let line = 0; line < LINES; line += 100) {
        await onEvents(lines.slice(line, line + 100));
        await delay(5);
      }
      return resultOf('completed', []);
    };
    const jobId = await app.start('analyst', await app.connect('analyst'), randomUUID());
    await app.until('analyst', jobId, 'running');
    const token = await stack.token('analyst');
    const open = (lastId = '0'): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const headers = { 'X-Forwarded-Access-Token': token, 'Last-Event-ID': lastId };
        get(`${app.http.url}/api/v1/jobs/${jobId}/logs?level=warn`, { headers, agent: false }, resolve).on(
          'error',
          reject,
        );
      });
    let most = 0;
    const pushes = jest.spyOn(ResumableStream.prototype, 'push').mockImplementation(function (
      this: ResumableStream,
      ...args: Parameters<ResumableStream['push']>
    ) {
      const isRoom = Object.getPrototypeOf(ResumableStream.prototype).push.apply(this, args) as boolean;
      most = Math.max(most, this.readableLength);
      return isRoom;
    });
    const answers = await Promise.all(Array.from({ length: CLIENTS }, () => open()));
    const stalled = answers.slice(0, STALLED);
    for (const { socket } of stalled) socket.pause();
    const reading = answers.slice(STALLED).map((answer) => idsIn(answer));
    tell();
    const read = await Promise.all(reading);
    // Those who read are done; whoever is left is one that stalls, and is given up.
    while ((await connections()) > 0) await delay(20);
    pushes.mockRestore();
    const all = (
      await app.sql<{ id: string }>(
        `SELECT line_id AS id FROM ingestion_job_logs WHERE job_id = $1 AND level = 'warn' ORDER BY line_id`,
        [jobId],
      )
    ).map(({ id }) => id);

    expect(all).toHaveLength(LINES);
    expect(new Set(read.map((ids) => ids.join()))).toEqual(new Set([all.join()]));
    expect(most).toBeGreaterThan(readerBytes / 2);
    expect(most).toBeLessThan(readerBytes + 10_000);
    for (const answer of stalled) {
      answer.socket.resume();
      const before = await idsIn(answer);
      expect(before.length).toBeLessThan(LINES);
      expect([...before, ...(await idsIn(await open(before.at(-1))))]).toEqual(all);
    }
  }, 300_000);

  /** That follow; what earlier requests keep open for later ones would be waited for longer than all else. */
  function connections(): Promise<number> {
    const server = app.http.nest.getHttpServer() as Server;
    server.closeIdleConnections();
    return new Promise((resolve, reject) =>
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  }
});

/** Ids of the events that came whole, until the line ends, however it does. */
async function idsIn(answer: IncomingMessage): Promise<string[]> {
  const ids: string[] = [];
  let rest = '';
  try {
    for await (const bytes of answer) {
      const events = (rest + String(bytes)).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const [, id] = /^id: (\d+)$/m.exec(event) ?? [];
        if (id !== undefined) ids.push(id);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
  return ids;
}
