import { request } from 'node:http';
import { residentMegabytes } from './processes';
import { RunningApi } from './running-api';
import { serveChat } from './served-line';
import type { Scenario } from './scenario';

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
    try {
      await serveChat(api.stack);
      const token = await api.stack.token('analyst');
      const ours = (): Promise<number> =>
        firstChunk(
          `${api.url}/api/v1/serving/endpoints/chat/stream`,
          { 'x-forwarded-access-token': token },
          JSON.stringify({ inputs: INPUTS }),
        );
      const direct = (): Promise<number> =>
        firstChunk(
          `${api.stack.workspace.url}/serving-endpoints/chat/invocations`,
          { authorization: `Bearer ${token}` },
          JSON.stringify({ ...INPUTS, stream: true }),
        );
      const all = (one: () => Promise<number>): Promise<number[]> =>
        Promise.all(
          Array.from({ length: STREAMS }, async (_, index) => {
            await new Promise((resolve) => setTimeout(resolve, index * BETWEEN_MS));
            return one();
          }),
        );
      await ours();
      const before = residentMegabytes(api.process.child);
      const [added, memory]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        const own = p95(await all(direct));
        const running = all(ours);
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
      await api.stop();
    }
  },
};

/** Milliseconds until the first piece of the answer; resolves when the stream has ended. */
function firstChunk(url: string, headers: Record<string, string>, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request(
      url,
      { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } },
      (answer) => {
        let first: number | undefined;
        let text = '';
        answer.on('data', (bytes: Buffer) => {
          text = (text + bytes.toString('latin1')).slice(-20_000);
          if (text.includes('"choices"')) first ??= performance.now() - began;
        });
        answer.on('end', () => {
          if (first === undefined || answer.statusCode !== 200 || text.includes('event: error'))
            reject(new Error(`${url}: ${text}`));
          else resolve(first);
        });
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function p95(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? NaN;
}

function middle(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
