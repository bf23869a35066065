import { join } from 'node:path';
import type { CommandContext } from '../command-context';
import { CommandFailed } from '../exit-code';
import { runCommand, type Ended } from './run-command';
import { readStagedFolder, type StagedFolder } from './staged-folder';
import type { Say } from './steps';

/** Where the bundle of databricks.yml takes it from. */
const STAGED = 'dist/staged';

/** Builds API and web UI, as far as their sources changed. */
export async function build({ root, shell }: CommandContext, say: Say): Promise<void> {
  const args = [join(root, 'tools/build/build-stale.mjs'), 'api', 'web'];
  const ended = await runCommand(process.execPath, args, { directory: root, environment: shell, onLine: say });
  refuse(ended, 'The build failed');
}

/** Makes the folder that is deployed of what was built: `tools/deploy/stage.mjs`. */
export async function stage({ root, shell }: CommandContext): Promise<StagedFolder> {
  const out = join(root, STAGED);
  const args = [join(root, 'tools/deploy/stage.mjs'), '--no-build', '--json', '--out', out];
  const ended = await runCommand(process.execPath, args, { directory: root, environment: shell });
  refuse(ended, 'The folder to deploy could not be made');
  return readStagedFolder(out);
}

function refuse(ended: Ended | undefined, what: string): void {
  if (ended?.code === 0) return;
  throw new CommandFailed(`${what}: ${(ended?.complaint ?? []).slice(-5).join(' | ') || 'it said nothing'}`);
}
