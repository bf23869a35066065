/** `npm run schema-fixture -- NAME [--until MIGRATION]`: writes a populated schema that the tests of migrations start from. */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: { main: 'tools/schema-fixture/main.ts' },
  outdir: 'dist/schema-fixture',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  packages: 'external',
  // Names of migrations are names of classes.
  keepNames: true,
  tsconfig: 'tsconfig.server.json',
  logLevel: 'warning',
});
process.exit(
  spawnSync(process.execPath, ['dist/schema-fixture/main.cjs', ...process.argv.slice(2)], { stdio: 'inherit' })
    .status ?? 1,
);
