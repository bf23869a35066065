/** Loads the local workspace and starts it over the state folder that is named, then says how long that took and ends. */
async function main(): Promise<void> {
  const began = performance.now();
  const { startWorkspace } = await import('@lakescope/databricks-emulator');
  const loaded = performance.now();
  const before = process.cpuUsage();
  const workspace = await startWorkspace({ port: 0, stateDirectory: process.argv[2] ?? '' });
  const started = performance.now();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(
    JSON.stringify({
      start: started - loaded,
      startCpu: (user + system) / 1000,
      withImport: started - began,
      withProcess: started,
    }),
  );
  await workspace.close();
}

void main();
