/** `node tools/delta-corpus/run.mjs`: writes the small tables of libs/delta/corpus anew. */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: { main: 'tools/delta-corpus/main.ts' },
  outdir: 'dist/delta-corpus',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  packages: 'external',
  tsconfig: 'tsconfig.server.json',
  logLevel: 'warning',
});
process.exit(spawnSync(process.execPath, ['dist/delta-corpus/main.cjs'], { stdio: 'inherit' }).status ?? 1);
