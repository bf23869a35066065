import { fork, type ChildProcess } from 'node:child_process';
import { residentMegabytes } from './processes';
import { RunningApi } from './running-api';
import { serveChat } from './served-line';
import type { Scenario } from './scenario';
import type { StreamReading, StreamsRead } from './stream-readers-process';

const STREAMS = 200;
const ROUNDS = 3;
/** They come one after the other, and all of them are open before the first one ends. */
const BETWEEN_MS = 15;
const TOKEN_MS = 100;
const INPUTS = { messages: [{ role: 'user', content: 'Tell me all there is to tell of lakes.' }], max_tokens: 60 };

/** Two hundred answers at once, piece by piece: how much later their first piece comes than from the workspace itself, and the memory it takes. */
export const servingStreams: Scenario = {
  name: 'serving-streams',
  title: `${STREAMS} streams of a language model at once`,
  tell: async (log) => {
    const api = await RunningApi.start({ servingDeployMilliseconds: 1, servingTokenMilliseconds: TOKEN_MS });
    const readers = fork('dist/bench/stream-readers-process.cjs');
    try {
      await serveChat(api.stack);
      const token = await api.stack.token('analyst');
      const spread = { streams: STREAMS, betweenMs: BETWEEN_MS };
      const ours: StreamReading = {
        ...spread,
        url: `${api.url}/api/v1/serving/endpoints/chat/stream`,
        headers: { 'x-forwarded-access-token': token },
        body: JSON.stringify({ inputs: INPUTS }),
      };
      const direct: StreamReading = {
        ...spread,
        url: `${api.stack.workspace.url}/serving-endpoints/chat/invocations`,
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ ...INPUTS, stream: true }),
      };
      await readBy(readers, { ...ours, streams: 1 });
      const before = residentMegabytes(api.process.child);
      const [added, memory]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        const own = p95(await readBy(readers, direct));
        const running = readBy(readers, ours);
        const look = setInterval(() => memory.push(residentMegabytes(api.process.child)), 50);
        added.push(p95(await running) - own);
        clearInterval(look);
        log(`serving-streams: round ${round + 1} of ${ROUNDS}`);
      }
      return [
        { what: 'first chunk added, p95', value: middle(added), unit: 'ms', atMost: 20 },
        { what: 'memory added, at most', value: Math.max(...memory) - before, unit: 'MB', atMost: 80 },
      ];
    } finally {
      readers.kill();
      await api.stop();
    }
  },
};

/** Asks the process of readers; rejects when a stream of theirs failed. */
function readBy(readers: ChildProcess, reading: StreamReading): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    readers.once('message', (read: StreamsRead) => {
      if ('problem' in read) reject(new Error(read.problem));
      else resolve(read.firstMs);
    });
    readers.send(reading);
  });
}

function p95(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? NaN;
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
