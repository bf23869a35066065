import { LakebaseConfig } from '@lakescope/server-config';
import { faultOf } from './connection-fault';
import type { LakebaseCredentials } from './lakebase-credentials';
import type { LakebaseDataSourceInput } from './lakebase-data-source';
import type { PoolHistory } from './pool-history';
import { SessionPool } from './session-pool';

export interface OpenPoolInput extends Pick<LakebaseDataSourceInput, 'entities' | 'migrations' | 'onPoolError'> {
  config: LakebaseConfig;
  credentials: LakebaseCredentials;
  history: PoolHistory;
}

/**
 * Connects, with whatever password the credentials give. A credential that is refused may have been revoked since it was minted, so
 * one more try is made with a fresh one. Rejects with a `PlatformError` when none can be had, or with the error of the connection.
 */
export async function openPool({ config, credentials, history, ...model }: OpenPoolInput): Promise<SessionPool> {
  // A password that cannot be had is told before a connection is opened for nothing.
  await credentials.password();
  const { generation } = credentials;
  const password = (): Promise<string> => credentials.password();
  const pool = new SessionPool({ config, user: await credentials.user(), password, ...model }, history);
  try {
    await pool.open();
  } catch (error) {
    if (faultOf(error)?.kind !== 'refused-login' || !(await credentials.renewAfterRefusal(generation))) throw error;
    await pool.open();
  }
  return pool;
}
