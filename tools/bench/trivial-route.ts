import { LocalStack } from '@lakescope/server-testing';
import autocannon from 'autocannon';
import type { Benchmark } from './benchmark';
import { API, BARE_FASTIFY, freePort, startNode } from './processes';

const ROUTE = '/api/v1/user/me';

/** How many ask at once, and how many requests each sends before it waits for an answer. */
interface Crowd {
  readonly connections: number;
  readonly pipelining: number;
}

const load = async (crowd: Crowd, url: string, headers: Record<string, string> = {}): Promise<number> => {
  const result = await autocannon({ ...crowd, url, headers, duration: 4 });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} failed answers`);
  return result.requests.average;
};

const trivial = (name: string, crowd: Crowd, inWords: string): Benchmark => ({
  name,
  title: `GET /api/v1/user/me through correlation, headers, guards, interceptors and access log, ${inWords}`,
  unit: 'requests/s',
  warmups: 1,
  rounds: 5,
  bar: 'at least 0.60 of bare Fastify',
  prepare: async () => {
    const stack = await LocalStack.start();
    const [apiPort, barePort] = [await freePort(), await freePort()];
    const api = await startNode(
      API,
      {
        ...process.env,
        // One person asks as often as the machine can: the limit is looked at, and never reached.
        ...stack.environment({ LAKESCOPE_REQUESTS_PER_SECOND: '1000000' }),
        DATABRICKS_APP_PORT: String(apiPort),
      },
      `http://127.0.0.1:${apiPort}/ready`,
    );
    const asAnalyst = { 'x-forwarded-access-token': await stack.token('analyst') };
    const answer = await (await fetch(`http://127.0.0.1:${apiPort}${ROUTE}`, { headers: asAnalyst })).text();
    const bare = await startNode(
      BARE_FASTIFY,
      { ...process.env, PORT: String(barePort), ROUTE, ANSWER: answer },
      `http://127.0.0.1:${barePort}/health`,
    );
    return {
      variants: [
        { name: 'API, identity cached', measure: () => load(crowd, `http://127.0.0.1:${apiPort}${ROUTE}`, asAnalyst) },
        {
          name: 'bare Fastify, the same request and answer',
          measure: () => load(crowd, `http://127.0.0.1:${barePort}${ROUTE}`, asAnalyst),
        },
        {
          name: 'bare Fastify, no token, an answer of 15 bytes',
          measure: () => load(crowd, `http://127.0.0.1:${barePort}/health`),
        },
      ],
      dispose: async () => {
        await api.stop();
        await bare.stop();
        await stack.stop();
      },
    };
  },
});

export const trivialRoute = trivial('trivial-route', { connections: 50, pipelining: 1 }, '50 connections');
/** As Fastify measures itself. */
export const trivialRoutePipelined = trivial(
  'trivial-route-pipelined',
  { connections: 100, pipelining: 10 },
  '100 connections, 10 requests on the way in each',
);
