/**
 * `npm run bench [-- NAME...]`: bundles the benchmarks (they import the libraries by their doors) and runs them.
 * `--json FILE` keeps the raw values; the Markdown goes to standard output.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { transform } from '@swc/core';
import { build } from 'esbuild';

/** Nest finds what a class needs by the types of its constructor; esbuild alone would leave them out. */
const decoratorMetadata = {
  name: 'decorator-metadata',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), {
        filename: path,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
      });
      // As TypeScript still: the metadata names interfaces, which are not there at run time.
      return { contents: code, loader: 'ts' };
    }),
};

await build({
  entryPoints: {
    main: 'tools/bench/main.ts',
    'cda-s3-process': 'tools/bench/cda-s3-process.ts',
    'lakescope-cda': 'libs/cda/src/cli/main.ts',
    'observed-server': 'tools/bench/metrics/observed-server.ts',
    'stopping-server': 'tools/bench/metrics/stopping-server.ts',
    'delta-open-process': 'tools/bench/delta-open-process.ts',
    'loop-delay': 'tools/bench/metrics/loop-delay.ts',
    'sql-workspace-process': 'tools/bench/sql-workspace-process.ts',
    'stream-readers-process': 'tools/bench/stream-readers-process.ts',
    'workspace-start-process': 'tools/bench/workspace-start-process.ts',
  },
  outdir: 'dist/bench',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  packages: 'external',
  sourcemap: true,
  keepNames: true,
  tsconfig: 'tsconfig.server.json',
  plugins: [decoratorMetadata],
  logLevel: 'warning',
  logOverride: { 'import-is-undefined': 'silent' },
});
const { status } = spawnSync(
  process.execPath,
  ['--expose-gc', '--enable-source-maps', 'dist/bench/main.cjs', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
