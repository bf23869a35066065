/**
 * `npm run bench [-- NAME...]`: bundles the benchmarks (they import the libraries by their doors) and runs them.
 * `--json FILE` keeps the raw values; the Markdown goes to standard output.
 */
import { readFile } from 'node:fs/promises';
import { transform } from '@swc/core';
import { runBundled } from '../build/run-bundled.mjs';

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

await runBundled('bench', {
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
  nodeArguments: ['--expose-gc', '--enable-source-maps'],
  build: {
    sourcemap: true,
    plugins: [decoratorMetadata],
    logOverride: { 'import-is-undefined': 'silent' },
  },
});
