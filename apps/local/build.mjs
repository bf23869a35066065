// The launcher has no decorators, so it goes straight from TypeScript into one file; packages stay outside.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

await build({
  entryPoints: [join(root, 'apps/local/src/main.ts')],
  outfile: join(root, 'dist/apps/local/main.js'),
  tsconfig: join(root, 'tsconfig.server.json'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  packages: 'external',
  sourcemap: true,
  keepNames: true,
  logLevel: 'warning',
});

cpSync(join(root, 'apps/local/src/embedded/demo-lake/models'), join(root, 'dist/apps/local/models'), {
  recursive: true,
});
