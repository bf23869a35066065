import { RunningApi } from './running-api';
import { serveChat, serveLine } from './served-line';
import type { Scenario } from './scenario';

const ROUNDS = 40;

/** What finding out what an endpoint takes adds to the time the workspace itself needs for the same questions. */
export const servingDetection: Scenario = {
  name: 'serving-detection',
  title: "Detecting what an endpoint takes, above the workspace's own time",
  tell: async () => {
    const api = await RunningApi.start({ servingDeployMilliseconds: 1 });
    try {
      await serveLine(api.stack);
      await serveChat(api.stack);
      const token = await api.stack.token('analyst');
      const { url } = api.stack.workspace;
      const ask = async (path: string): Promise<void> => {
        const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
        if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
        await answer.arrayBuffer();
      };
      const describe = (name: string) => ask(`/api/2.0/serving-endpoints/${name}`);
      const cases = [
        { name: 'chat', own: () => describe('chat'), what: 'a foundation model', atMost: 50 },
        {
          name: 'line',
          own: async () => {
            await describe('line');
            await ask('/api/2.0/fs/files/Models/bench/models/line/1/MLmodel');
          },
          what: 'an MLflow model',
          atMost: 300,
        },
      ];
      const outcomes = [];
      for (const { name, own, what, atMost } of cases) {
        const added: number[] = [];
        for (let round = -3; round < ROUNDS; round++) {
          const began = performance.now();
          await own();
          const ownMs = performance.now() - began;
          const { status, text, ms } = await api.ask(`/api/v1/serving/endpoints/${name}/schema?refresh=true`, token);
          const found = JSON.parse(text) as { status: string };
          if (status !== 200 || found.status !== 'SUCCESS') throw new Error(`${name}: ${text}`);
          // The first ones also load code, and the app learns who asks.
          if (round >= 0) added.push(ms - ownMs);
        }
        const worst = added.sort((a, b) => a - b)[Math.floor(ROUNDS * 0.95)] ?? NaN;
        outcomes.push({ what: `${what}, p95`, value: worst, unit: 'ms', atMost });
      }
      return outcomes;
    } finally {
      await api.stop();
    }
  },
};
