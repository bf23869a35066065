import { LocalStack } from '@lakescope/server-testing';
import type { Benchmark } from './benchmark';
import { API, BARE_FASTIFY, freePort, residentMegabytes, startNode, type RunningProcess } from './processes';

/** Starts API and bare Fastify alternately; `measure` sees each running process before it is stopped. */
async function prepareStarts(measure: (running: RunningProcess) => Promise<number>, readyPath: string) {
  const stack = await LocalStack.start();
  const start = async (args: readonly string[], env: NodeJS.ProcessEnv, url: string) => {
    const running = await startNode(args, env, url);
    try {
      return await measure(running);
    } finally {
      await running.stop();
    }
  };
  return {
    variants: [
      {
        name: 'API',
        measure: async () => {
          const port = await freePort();
          const env = { ...process.env, ...stack.environment(), DATABRICKS_APP_PORT: String(port) };
          return start(API, env, `http://127.0.0.1:${port}${readyPath}`);
        },
      },
      {
        name: 'bare Fastify',
        measure: async () => {
          const port = await freePort();
          return start(BARE_FASTIFY, { ...process.env, PORT: String(port) }, `http://127.0.0.1:${port}/health`);
        },
      },
    ],
    dispose: () => stack.stop(),
  };
}

export const apiStart: Benchmark = {
  name: 'api-start',
  title: 'process start to the first answer of /health',
  unit: 'ms',
  warmups: 1,
  rounds: 7,
  bar: 'API listening at most 1000 ms after its process starts',
  prepare: () => prepareStarts(async (running) => running.startedInMs, '/health'),
};

export const apiMemory: Benchmark = {
  name: 'api-memory',
  title: 'resident memory, 5 s idle after being ready',
  unit: 'MB',
  warmups: 0,
  rounds: 3,
  bar: 'idle API at most 220 MB',
  prepare: () =>
    prepareStarts(async (running) => {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return residentMegabytes(running.child);
    }, '/ready'),
};
