/**
 * `node tools/deploy/boot-staged.mjs [--no-build]`: stages the folder that is deployed, installs its dependencies and starts it on the
 * Node of Databricks Apps, with the platform's environment, against a local workspace. Ends with 0 when everything answered.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const outfile = join(root, 'dist/tools/boot-staged.cjs');

await build({
  absWorkingDir: root,
  entryPoints: [join(root, 'tools/deploy/boot-staged.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  packages: 'external',
  sourcemap: true,
  tsconfig: 'tsconfig.server.json',
  logLevel: 'warning',
});
const { status, signal } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exit(signal === null ? (status ?? 1) : 1);
