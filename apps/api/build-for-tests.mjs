// The server as one file for tests that need a process of their own: compiled as Jest compiles the tests, in a second instead of a build's
// half a minute. What is deployed is made by build.mjs.
//   node apps/api/build-for-tests.mjs OUTFILE [ENTRY]
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const decorators = {
  name: 'decorator metadata',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const { code } = await swc.transform(await readFile(path, 'utf8'), {
        filename: path,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      });
      return { contents: code, loader: 'js' };
    });
  },
};

await build({
  absWorkingDir: root,
  entryPoints: [process.argv[3] ?? 'apps/api/src/main.ts'],
  outfile: process.argv[2],
  tsconfig: 'tsconfig.server.json',
  bundle: true,
  platform: 'node',
  target: 'node22.13',
  format: 'cjs',
  packages: 'external',
  keepNames: true,
  logLevel: 'error',
  plugins: [decorators],
});
