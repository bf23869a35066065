import { setTimeout as delay } from 'node:timers/promises';
import { residentMegabytes } from './processes';
import { RunningApi } from './running-api';
import type { Scenario } from './scenario';

const ME = '/api/v1/user/me';
const ME_ROUTE = '/api/2.0/preview/scim/v2/Me';

export const identityStorm: Scenario = {
  name: 'identity-storm',
  title: '1,000 concurrent first requests of one token',
  tell: async () => {
    const api = await RunningApi.start({ database: false });
    try {
      const token = await api.stack.token('analyst');
      const before = meCalls(api);
      const answers = await Promise.all(Array.from({ length: 1_000 }, () => api.ask(ME, token)));
      return [
        { what: 'upstream calls', value: meCalls(api) - before, unit: 'calls', atMost: 1, atLeast: 1 },
        {
          what: 'answers that are not 200',
          value: answers.filter(({ status }) => status !== 200).length,
          unit: 'requests',
          atMost: 0,
        },
      ];
    } finally {
      await api.stop();
    }
  },
};

const USERS = 200;
const REQUESTS = 50;
const WAVES = 8;
/** Until then the heap finds its size. */
const WARM_WAVES = 4;

export const manyUsers: Scenario = {
  name: 'many-users',
  title: `${USERS} users at once, ${REQUESTS} requests each, every answer compared with its user; ${WAVES} waves`,
  tell: async (log) => {
    const api = await RunningApi.start({ database: false });
    try {
      const users = await createUsers(api);
      let wrong = 0;
      let failed = 0;
      const memory: number[] = [];
      const began = performance.now();
      for (let wave = 0; wave < WAVES; wave++) {
        await Promise.all(
          users.map(async ({ userName, token }) => {
            for (let request = 0; request < REQUESTS; request++) {
              const answer = await api.ask(ME, token);
              if (answer.status !== 200) failed++;
              else if ((JSON.parse(answer.text) as { user_id: string }).user_id !== userName) wrong++;
            }
          }),
        );
        await delay(3_000);
        memory.push(residentMegabytes(api.process.child));
        log(`many-users: wave ${wave + 1} of ${WAVES}, ${memory.at(-1)?.toFixed(0)} MB`);
      }
      const minutes = Math.ceil((performance.now() - began) / 60_000);
      const warm = memory[WARM_WAVES - 1] ?? 0;
      return [
        { what: "answers with another user's identity", value: wrong, unit: 'requests', atMost: 0 },
        { what: 'answers that are not 200', value: failed, unit: 'requests', atMost: 0 },
        {
          what: 'upstream calls a user and minute begun',
          value: meCalls(api) / USERS / minutes,
          unit: 'calls',
          atMost: 1,
        },
        {
          what: 'growth of resident memory over the last four waves, 40,000 requests',
          value: (memory.at(-1) ?? 0) - warm,
          unit: 'MB',
          atMost: 10,
        },
      ];
    } finally {
      await api.stop();
    }
  },
};

async function createUsers(api: RunningApi): Promise<{ userName: string; token: string }[]> {
  const { workspace } = api.stack;
  const users: { userName: string; token: string }[] = [];
  for (let index = 0; index < USERS; index++) {
    const userName = `user-${index}@lakescope.example`;
    await workspace.createUser({ userName });
    const { token } = await workspace.issueUserToken(userName, workspace.app.userApiScopes);
    users.push({ userName, token });
  }
  return users;
}

function meCalls(api: RunningApi): number {
  return api.stack.workspace.requestLog.entries().filter(({ route }) => route === ME_ROUTE).length;
}
