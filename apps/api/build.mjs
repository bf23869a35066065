// Compiles with the Nest CLI (decorator metadata and the OpenAPI plugin need the TypeScript compiler), then bundles our own modules into
// one file. Packages stay outside: they are installed beside it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const out = join(root, 'dist/apps/api');

execFileSync(
  process.execPath,
  [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build', '--config', 'apps/api/nest-cli.json'],
  { cwd: root, stdio: 'inherit' },
);

mkdirSync(out, { recursive: true });
await build({
  entryPoints: [join(root, 'dist/.server/apps/api/src/main.js')],
  outfile: join(out, 'main.js'),
  bundle: true,
  platform: 'node',
  // The oldest Node the API runs on.
  target: 'node22.13',
  format: 'cjs',
  packages: 'external',
  sourcemap: true,
  keepNames: true,
  logLevel: 'warning',
  // The OpenAPI plugin repeats `enum` where a decorator names it too; the last one wins, which is the decorator's.
  logOverride: { 'duplicate-object-key': 'silent' },
});
copyFileSync(join(root, 'libs/contract/openapi.json'), join(out, 'openapi.json'));
