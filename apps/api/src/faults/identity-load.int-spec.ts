import { Agent, request } from 'node:http';
import { TestApi } from '../testing/test-api';

describe('many people at once', () => {
  let api: TestApi;
  let agent: Agent;

  beforeAll(async () => {
    api = await TestApi.start({ database: false, env: { LAKESCOPE_REQUESTS_PER_SECOND: '10000' } });
    agent = new Agent({ keepAlive: true, maxSockets: 200 });
  });

  afterAll(async () => {
    agent.destroy();
    await api.stop();
  });

  it('a thousand first requests of one token ask the platform once', async () => {
    const { token } = await api.stack.workspace.issueUserToken('analyst', []);
    const before = meCalls();

    const answers = await Promise.all(Array.from({ length: 1_000 }, () => me(token)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(meCalls() - before).toBe(1);
  });

  it('a thousand first requests of one bad token are refused together, and the next one asks again', async () => {
    const before = meCalls();

    const answers = await Promise.all(Array.from({ length: 1_000 }, () => me('nobody-knows-this')));
    const asked = meCalls() - before;
    const next = await me('nobody-knows-this');

    expect(new Set([...answers, next].map(({ status }) => status))).toEqual(new Set([401]));
    expect(asked).toBeLessThanOrEqual(10);
    expect(meCalls() - before).toBeGreaterThan(asked);
  });

  it('every answer is about the one who asked', async () => {
    const users = [];
    for (let index = 0; index < 50; index++) {
      const userName = await api.stack.workspace.createUser({ userName: `user-${index}@lakescope.example` });
      users.push({ userName, token: (await api.stack.workspace.issueUserToken(userName, [])).token });
    }
    const before = meCalls();

    const answers = await Promise.all(
      users.flatMap(({ userName, token }) =>
        Array.from({ length: 20 }, async () => ({ userName, said: (await me(token)).userId })),
      ),
    );

    expect(answers.filter(({ userName, said }) => said !== userName)).toEqual([]);
    expect(meCalls() - before).toBe(users.length);
  });

  function me(token: string): Promise<{ status: number | undefined; userId: unknown }> {
    return new Promise((resolve, reject) => {
      request(`${api.url}/api/v1/user/me`, { agent, headers: { 'X-Forwarded-Access-Token': token } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.once('end', () => {
          const { user_id: userId } = JSON.parse(text) as { user_id?: string };
          resolve({ status: answer.statusCode, userId });
        });
      })
        .once('error', reject)
        .end();
    });
  }

  function meCalls(): number {
    return api.stack.workspace.requestLog.entries().filter(({ path }) => path.endsWith('/scim/v2/Me')).length;
  }
});
