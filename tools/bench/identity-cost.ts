import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { Identities, WhoAmI } from '@lakescope/server-auth';
import { LocalStack } from '@lakescope/server-testing';
import type { Benchmark } from './benchmark';

const TURNS = 100_000;

async function microsecondsEach(act: () => unknown): Promise<number> {
  const began = performance.now();
  for (let turn = 0; turn < TURNS; turn++) await act();
  return ((performance.now() - began) * 1_000) / TURNS;
}

/** What a warm request pays for knowing who asks, against one keyed hash of the same token. */
export const identityCost: Benchmark = {
  name: 'identity-cost',
  title: `the caller of a token that is remembered, ${TURNS} times in turn`,
  unit: 'us',
  warmups: 1,
  rounds: 5,
  bar: 'at most 20 us, and no upstream call',
  prepare: async () => {
    const stack = await LocalStack.start({ database: false });
    const databricks = new DatabricksClients({ host: stack.workspace.url, product: { name: 'bench', version: '0' } });
    const identities = new Identities(new WhoAmI(databricks));
    const text = await stack.token('analyst');
    const token = new Secret(text);
    await identities.callerOf(token);
    const asked = stack.workspace.requestLog.count();
    const key = createSecretKey(randomBytes(32));
    return {
      variants: [
        { name: 'caller of a remembered token', measure: () => microsecondsEach(() => identities.callerOf(token)) },
        {
          name: 'one HMAC-SHA-256 of the token',
          measure: () => microsecondsEach(() => createHmac('sha256', key).update(text).digest('base64')),
        },
      ],
      dispose: async () => {
        const calls = stack.workspace.requestLog.count() - asked;
        await databricks.close();
        await stack.stop();
        if (calls > 0) throw new Error(`A remembered token cost ${calls} upstream calls`);
      },
    };
  },
};
