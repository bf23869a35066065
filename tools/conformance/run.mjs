/** `npm run conformance [-- --endpoints FILE] [--json]`: official clients, unmodified, against a local workspace. */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: { main: 'tools/conformance/main.ts' },
  outdir: 'dist/conformance',
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
  spawnSync(process.execPath, ['dist/conformance/main.cjs', ...process.argv.slice(2)], { stdio: 'inherit' }).status ??
    1,
);
