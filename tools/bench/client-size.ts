import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Benchmark } from './benchmark';

const DOOR = '@lakescope/client';

/** What a service's bundle holds of the client when it writes this: minified, gzip level 9, in kB (10^3). */
async function kilobytes(source: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    alias: { [DOOR]: './libs/client/src/index.ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length / 1000;
}

export const clientSize: Benchmark = {
  name: 'client-size',
  title: '`@lakescope/client` in a bundle, gzip',
  unit: 'kB',
  warmups: 0,
  rounds: 1,
  bar: 'at most 12 kB for all of it',
  prepare: async () => ({
    variants: [
      { name: 'all of it', measure: () => kilobytes(`export * from '${DOOR}';`) },
      {
        name: 'a client of one operation',
        measure: () =>
          kilobytes(`import { createClientOf, getMe } from '${DOOR}'; createClientOf({ getMe }, options);`),
      },
      { name: 'queryRecords with its client', measure: () => kilobytes(queries) },
      { name: 'paginate', measure: () => kilobytes(`export { paginate } from '${DOOR}';`) },
      { name: 'the bar', measure: async () => 12 },
    ],
    dispose: async () => undefined,
  }),
};

const queries = `
  import { cancelQuery, createClientOf, getQuery, queryRecords, runQuery } from '${DOOR}';
  queryRecords(createClientOf({ runQuery, getQuery, cancelQuery }, options), request);
`;
