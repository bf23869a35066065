import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { RunningApi, type Answered } from './running-api';
import type { Scenario } from './scenario';

const PREFERENCES = '/api/v1/preferences';
const WORKERS = 20;

/** People reading and writing preferences until told to stop; every answer is kept. */
async function load(api: RunningApi, ends: AbortSignal, seen: (answer: Answered, at: number) => void): Promise<void> {
  const token = await api.stack.token('analyst');
  const worker = async (number: number): Promise<void> => {
    for (let turn = 0; !ends.aborted; turn++) {
      const answer =
        (number + turn) % 4 === 0
          ? await api.ask(PREFERENCES, token, {
              method: 'PUT',
              json: { preference_key: 'density', preference_value: turn % 2 === 0 ? 'compact' : 'comfortable' },
            })
          : await api.ask(`${PREFERENCES}?preference_key=density`, token);
      seen(answer, performance.now());
      await delay(5);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));
}

const EXPIRY_SECONDS = 5;
const LOAD_SECONDS = 300;

export const credentialExpiry: Scenario = {
  name: 'credential-expiry',
  title: `database credentials that live ${EXPIRY_SECONDS} s, ${LOAD_SECONDS} s of load, idle sessions ended by the server every second`,
  tell: async (log) => {
    const api = await RunningApi.start({ databaseCredentialLifetimeSeconds: EXPIRY_SECONDS });
    const ends = new AbortController();
    try {
      let requests = 0;
      const failures: Answered[] = [];
      const loaded = load(api, ends.signal, (answer) => {
        requests++;
        if (answer.status !== 200) failures.push(answer);
      });
      let ended = 0;
      for (let second = 0; second < LOAD_SECONDS; second++) {
        await delay(1_000);
        ended += await endIdleSessions(api);
        if (second % 60 === 59)
          log(`credential-expiry: ${second + 1} s, ${requests} requests, ${failures.length} failed`);
      }
      ends.abort();
      await loaded;
      for (const { status, text } of failures.slice(0, 3)) log(`credential-expiry: ${status} ${text.slice(0, 200)}`);
      const credentials = api.stack.workspace.requestLog
        .entries()
        .filter(({ route }) => route === '/api/2.0/database/credentials').length;
      return [
        { what: 'failed requests', value: failures.length, unit: 'requests', atMost: 0 },
        { what: 'requests', value: requests, unit: 'requests', atLeast: 10_000 },
        { what: 'sessions ended while idle', value: ended, unit: 'sessions', atLeast: LOAD_SECONDS },
        { what: 'credentials issued', value: credentials, unit: 'credentials', atLeast: LOAD_SECONDS / EXPIRY_SECONDS },
      ];
    } finally {
      ends.abort();
      await api.stop();
    }
  },
};

/** As a server does that ends what nobody uses: the next request to such a session finds it dead. */
async function endIdleSessions({ stack }: RunningApi): Promise<number> {
  return asSuperuser(stack.postgres, async (client) => {
    const { rows } = await client.query<{ ended: boolean }>(
      `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
       WHERE state = 'idle' AND usename = $1`,
      [stack.workspace.servicePrincipal.clientId],
    );
    return rows.filter(({ ended }) => ended).length;
  });
}

async function asSuperuser<T>(
  { host, port, superuser, password, database }: RunningApi['stack']['postgres'],
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ host, port, user: superuser, password, database, ssl: false });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const AWAY_SECONDS = 60;

export const databaseAway: Scenario = {
  name: 'database-away',
  title: `the database away for ${AWAY_SECONDS} s under load`,
  tell: async (log) => {
    const api = await RunningApi.start();
    const ends = new AbortController();
    try {
      const answers: { status: number; ms: number; at: number }[] = [];
      const loaded = load(api, ends.signal, ({ status, ms }, at) => answers.push({ status, ms, at }));
      await delay(5_000);
      const goneAt = performance.now();
      await api.stack.postgres.halt();
      log('database-away: gone');
      await delay(AWAY_SECONDS * 1_000);
      await api.stack.postgres.restart();
      const backAt = performance.now();
      log('database-away: back');
      await delay(15_000);
      ends.abort();
      await loaded;
      const during = answers.filter(({ at }) => at > goneAt && at < backAt);
      const after = answers.filter(({ at }) => at >= backAt);
      const lastFailure = after.filter(({ status }) => status !== 200).at(-1)?.at ?? backAt;
      const firstSuccess = after.find(({ status }) => status === 200)?.at ?? Infinity;
      return [
        { what: 'first success after its return', value: (firstSuccess - backAt) / 1_000, unit: 's', atMost: 2 },
        { what: 'last failure after its return', value: (lastFailure - backAt) / 1_000, unit: 's', atMost: 2 },
        { what: 'crashed processes', value: api.process.child.exitCode === null ? 0 : 1, unit: 'processes', atMost: 0 },
        {
          what: 'answers other than 200 and 503 while it was away',
          value: during.filter(({ status }) => status !== 200 && status !== 503).length,
          unit: 'requests',
          atMost: 0,
        },
        { what: 'longest answer while it was away', value: Math.max(...during.map(({ ms }) => ms)) / 1_000, unit: 's' },
        { what: 'answers while it was away', value: during.length, unit: 'requests' },
      ];
    } finally {
      ends.abort();
      await api.stop();
    }
  },
};
