import { startWorkspace } from '@lakescope/databricks-emulator';

/** The S3 of a local workspace as a process of its own, with two buckets. Says on its output where it is and where the buckets lie. */
async function main(): Promise<void> {
  const workspace = await startWorkspace({ port: 0, stateDirectory: process.argv[2] ?? '' });
  const { url, rootKeys } = workspace.s3;
  const [source, target] = [await workspace.s3.createBucket('source'), await workspace.s3.createBucket('target')];
  process.stdout.write(JSON.stringify({ url, keys: rootKeys, source, target }));
  process.once('SIGTERM', () => void workspace.close().then(() => process.exit(0)));
}

void main();
