import { randomBytes } from 'node:crypto';
import { PlatformError, Secret, type AppResource, type DatabricksClient } from '@lakescope/databricks-client';
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
    const keys = await keysOf({ secrets }, scope);
    if (keys === 'hidden' || keys?.includes(key) === true) continue;
    if (keys === undefined) await secrets.createScope(scope);
    await secrets.put(scope, key, new Secret(randomBytes(48).toString('base64')));
    say(`made the secret ${scope}/${key}`);
  }
}

/** The keys of a scope; undefined when there is no such scope, `hidden` when it is somebody else's: then the platform says what is wrong. */
export async function keysOf(
  { secrets }: Pick<DatabricksClient, 'secrets'>,
  scope: string,
): Promise<readonly string[] | undefined | 'hidden'> {
  try {
    return await secrets.listKeys(scope);
  } catch (error) {
    if (error instanceof PlatformError && error.kind === 'permission_denied') return 'hidden';
    throw error;
  }
}
