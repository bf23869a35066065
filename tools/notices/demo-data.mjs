// What the demo lake says of its own data (`DATA-SOURCES.md` in its files), from the code that writes it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

/** `root`: of the repository. The page, as Markdown. */
export async function demoDataSources(root) {
  const outfile = join(root, 'dist/tools/demo-data.cjs');
  await build({
    stdin: {
      contents: `import { dataSources } from './data-sources'; import { OpenData } from './open-data'; module.exports = dataSources(new OpenData());`,
      resolveDir: join(root, 'apps/local/src/embedded/demo-lake'),
      loader: 'ts',
    },
    outfile,
    tsconfig: join(root, 'tsconfig.server.json'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(outfile);
}
