/** Tools are TypeScript that imports libraries by their doors: bundled first, then run by this Node. */
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

/**
 * Bundles programs into `dist/NAME/ENTRY.cjs` and runs `main` with the arguments of this process; ends as that ends.
 *
 * @param {string} name folder below `dist`
 * @param {{ entryPoints?: Record<string, string>, nodeArguments?: readonly string[], build?: import('esbuild').BuildOptions }} [options]
 *   `entryPoints`: all programs by name, `tools/NAME/main.ts` as `main` unless said otherwise; `build`: what esbuild is
 *   told beyond the usual
 */
export async function runBundled(
  name,
  { entryPoints = { main: `tools/${name}/main.ts` }, nodeArguments = [], build: more = {} } = {},
) {
  const outdir = `dist/${name}`;
  await build({
    entryPoints,
    outdir,
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
    ...more,
  });
  const { status } = spawnSync(process.execPath, [...nodeArguments, `${outdir}/main.cjs`, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // Ended by a signal: no status.
  process.exit(status ?? 1);
}
