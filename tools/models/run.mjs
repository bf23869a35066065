/** `npm run models`: trains the models of the demo lake anew from the open data and writes their files. */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: { main: 'tools/models/main.ts' },
  outdir: 'dist/models',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  packages: 'external',
  tsconfig: 'tsconfig.server.json',
  logLevel: 'warning',
});
process.exit(spawnSync(process.execPath, ['dist/models/main.cjs'], { stdio: 'inherit' }).status ?? 1);
