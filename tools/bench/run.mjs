/**
 * `npm run bench [-- NAME...]`: bundles the benchmarks (they import the libraries by their doors) and runs them.
 * `--json FILE` keeps the raw values; the Markdown goes to standard output.
 */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

await build({
  entryPoints: ['tools/bench/main.ts'],
  outfile: 'dist/bench/main.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  packages: 'external',
  sourcemap: true,
  tsconfig: 'tsconfig.server.json',
  logLevel: 'warning',
});
const { status } = spawnSync(
  process.execPath,
  ['--expose-gc', '--enable-source-maps', 'dist/bench/main.cjs', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
