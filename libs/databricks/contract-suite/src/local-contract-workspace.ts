import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres, LocalCa, startLakebaseGateway, startWorkspace } from '@lakescope/databricks-emulator';
import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import type { ContractDatabase, ContractWorkspace } from './contract-workspace';

const CATALOG = 'contract';
const SCHEMA = 'suite';
const HOUR_SECONDS = 3600;
/** Chunks of the local workspace are of 4 MiB by link and of 2 MiB inline. */
const ROWS_OF_THREE_CHUNKS = 9000;

/** A workspace of its own for one suite; nothing of it is left after `close`. */
export async function startLocalWorkspace(withDatabase: boolean): Promise<ContractWorkspace> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'lakescope-contract-'));
  const workspace = await startWorkspace({
    stateDirectory,
    port: 0,
    warehouseStartMilliseconds: 10,
  });
  await workspace.createCatalog(CATALOG);
  await workspace.createSchema(CATALOG, SCHEMA);
  const lakebase = withDatabase ? await startLakebase(workspace, stateDirectory) : undefined;
  const { admin, outsider } = workspace.personas;
  return {
    host: workspace.url,
    token: admin.token,
    app: workspace.servicePrincipal,
    outsider: outsider.token,
    narrowToken: (await workspace.issueUserToken('admin', ['files', 'unity-catalog'])).token,
    warehouseId: workspace.warehouseId,
    rowsOfThreeChunks: ROWS_OF_THREE_CHUNKS,
    catalog: CATALOG,
    schema: SCHEMA,
    get database() {
      if (lakebase === undefined) throw new Error('This workspace was started without a database');
      return lakebase.database;
    },
    close: async () => {
      await lakebase?.close();
      await workspace.close();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}

async function startLakebase(
  workspace: LocalWorkspace,
  stateDirectory: string,
): Promise<{ database: ContractDatabase; close(): Promise<void> }> {
  const postgres = await EmbeddedPostgres.start({ stateDirectory, ephemeral: true });
  const ca = await LocalCa.load(stateDirectory);
  const gateway = await startLakebaseGateway({ port: 0, workspace, postgres, ca });
  const { userName } = workspace.personas.admin;
  const expiredPassword = await passwordOfLongAgo(workspace);
  return {
    database: {
      instance: workspace.databaseInstance.name,
      endpoint: workspace.postgresEndpoint,
      host: 'localhost',
      port: gateway.port,
      user: userName,
      database: postgres.database,
      ca: await readFile(ca.caFile, 'utf8'),
      expiredPassword,
    },
    close: async () => {
      await gateway.close();
      await postgres.stop();
    },
  };
}

/** Minted by a clock that is behind, so that nobody has to wait for its end. */
async function passwordOfLongAgo(workspace: LocalWorkspace): Promise<string> {
  workspace.setClockSkew(-2 * HOUR_SECONDS);
  const answer = await fetch(`${workspace.url}/api/2.0/database/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.personas.admin.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ instance_names: [workspace.databaseInstance.name], request_id: 'long ago' }),
  });
  workspace.setClockSkew(0);
  return ((await answer.json()) as { token: string }).token;
}
