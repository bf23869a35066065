import { randomBytes } from 'node:crypto';
import { Secret, type AppResource, type DatabricksClient } from '@lakescope/databricks-client';
import type { Say } from './steps';

/**
 * On a laptop the secrets of an app are nobody's but the machine's, so those that are missing are made up. In a real workspace whoever owns
 * the scope makes them, and a deployment only says how.
 */
export async function makeLocalSecrets(
  { secrets }: Pick<DatabricksClient, 'secrets'>,
  resources: readonly AppResource[],
  say: Say,
): Promise<void> {
  for (const { secret } of resources) {
    if (secret?.scope === undefined || secret.key === undefined) continue;
    const { scope, key } = secret;
    const keys = await secrets.listKeys(scope);
    if (keys === undefined) await secrets.createScope(scope);
    if (keys?.includes(key) === true) continue;
    await secrets.put(scope, key, new Secret(randomBytes(48).toString('base64')));
    say(`made the secret ${scope}/${key}`);
  }
}
