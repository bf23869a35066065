import { startWorkspace } from '@lakescope/databricks-emulator';

/** A local workspace as a process of its own, with an empty schema `bench.sales`. Says on its output how to ask it. */
async function main(): Promise<void> {
  const workspace = await startWorkspace({
    port: 0,
    stateDirectory: process.argv[2] ?? '',
    warehouseStartMilliseconds: 0,
  });
  await workspace.createCatalog('bench', { readers: [] });
  await workspace.createSchema('bench', 'sales');
  const { url, warehouseId, personas } = workspace;
  process.stdout.write(JSON.stringify({ url, warehouseId, token: personas.admin.token }));
  process.once('SIGTERM', () => void workspace.close().then(() => process.exit(0)));
}

void main();
