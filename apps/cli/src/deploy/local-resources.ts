import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
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

/** Passes within a moment in the local workspace. */
const PATIENCE_WITH_INSTANCE_MS = 30_000;

/**
 * The instance that a bundle would create. A schema belongs to the app that made it, so an app that is deployed locally has an instance of
 * its own, beside the one of `npm start`.
 */
export async function makeLocalInstance(
  { lakebaseDirectory }: Pick<DatabricksClient, 'lakebaseDirectory'>,
  resources: readonly AppResource[],
  say: Say,
): Promise<void> {
  for (const { database } of resources) {
    const name = database?.instance_name;
    if (name === undefined) continue;
    const stateOf = async (): Promise<string | undefined> => {
      try {
        return (await lakebaseDirectory.getInstance(name)).state;
      } catch (error) {
        if (error instanceof PlatformError && error.kind === 'not_found') return undefined;
        throw error;
      }
    };
    if ((await stateOf()) === undefined) {
      await lakebaseDirectory.createInstance(name, 'CU_1');
      say(`made the Lakebase instance ${name}`);
    }
    const until = performance.now() + PATIENCE_WITH_INSTANCE_MS;
    while ((await stateOf()) === 'STARTING' && performance.now() < until) await delay(100);
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
