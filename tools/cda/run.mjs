/** `npm run cda -- create|next|expected TARGET`: synthetic data in the layout of Guidewire CDA; `npm run cda -- help` says more. */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: { main: 'tools/cda/main.ts' },
  outdir: 'dist/cda-synthetic',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  packages: 'external',
  tsconfig: 'tsconfig.server.json',
  logLevel: 'warning',
});
process.exit(
  spawnSync(process.execPath, ['dist/cda-synthetic/main.cjs', ...process.argv.slice(2)], { stdio: 'inherit' }).status ??
    1,
);
