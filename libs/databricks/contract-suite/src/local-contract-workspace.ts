import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EmbeddedPostgres,
  LocalCa,
  startLakebaseGateway,
  startWorkspace,
  templateOfTestRun,
} from '@lakescope/databricks-emulator';
import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import type { ContractDatabase, ContractServing, ContractWorkspace, StartOptions } from './contract-workspace';

const CATALOG = 'contract';
const SCHEMA = 'suite';
const HOUR_SECONDS = 3600;
/** Chunks of the local workspace are of 4 MiB by link and of 2 MiB inline. */
const ROWS_OF_THREE_CHUNKS = 9000;

/** A workspace of its own for one suite; nothing of it is left after `close`. */
export async function startLocalWorkspace({
  withDatabase = false,
  withServing = false,
}: StartOptions): Promise<ContractWorkspace> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'lakescope-contract-'));
  const workspace = await startWorkspace({
    stateDirectory,
    port: 0,
    warehouseStartMilliseconds: 10,
    servingDeployMilliseconds: 10,
    servingTokenMilliseconds: 1,
  });
  await workspace.createCatalog(CATALOG);
  await workspace.createSchema(CATALOG, SCHEMA);
  const lakebase = withDatabase ? await startLakebase(workspace, stateDirectory) : undefined;
  const serving = withServing ? await startServing(workspace, stateDirectory) : undefined;
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
    get serving() {
      if (serving === undefined) throw new Error('This workspace was started without serving endpoints');
      return serving;
    },
    close: async () => {
      await lakebase?.close();
      await workspace.close();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}

/** A model that answers with twice the number it is asked about, and the local chat model. */
async function startServing(workspace: LocalWorkspace, stateDirectory: string): Promise<ContractServing> {
  const folder = join(stateDirectory, 'model-to-register');
  await mkdir(folder);
  const file = {
    ...{ format: 'lakescope_local', format_version: 1, kind: 'linear_regression' },
    ...{ features: [{ column: 'x', as: 'number', missing: 0 }], intercept: 0, coefficients: [2] },
  };
  const signature = {
    inputs: JSON.stringify([{ type: 'double', name: 'x', required: true }]),
    outputs: JSON.stringify([{ type: 'double', required: true }]),
  };
  const description = { flavors: { lakescope_local: { data: 'model.json' } }, signature };
  await writeFile(join(folder, 'model.json'), JSON.stringify(file));
  // JSON is YAML, too.
  await writeFile(join(folder, 'MLmodel'), JSON.stringify(description));
  const fullName = `${CATALOG}.${SCHEMA}.twice`;
  await workspace.registerModel(fullName, { folder, version: 1 });
  const [model, chat] = ['contract-model', 'contract-chat'];
  await workspace.createServingEndpoint({
    name: model,
    config: { served_entities: [{ entity_name: fullName, entity_version: '1' }] },
  });
  await workspace.createServingEndpoint({
    name: chat,
    config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] },
  });
  const path = `/serving-endpoints/${chat}/invocations`;
  return {
    model,
    chat,
    failNextStream: () => void workspace.faults.add({ path, stream: 'error', afterEvents: 2, times: 1 }),
  };
}

async function startLakebase(
  workspace: LocalWorkspace,
  stateDirectory: string,
): Promise<{ database: ContractDatabase; close(): Promise<void> }> {
  const postgres = await EmbeddedPostgres.start({ stateDirectory, ephemeral: true, template: templateOfTestRun() });
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
