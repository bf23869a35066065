// Compiles with the Nest CLI (decorator metadata and the OpenAPI plugin need the TypeScript compiler), then bundles our own modules into
// one file. Packages stay outside: they are installed beside it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
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
  // What works beside the loop of the server is a file of its own, which the server starts as a thread.
  entryPoints: {
    main: join(root, 'dist/.server/apps/api/src/main.js'),
    'ingestion-thread': join(root, 'dist/.server/libs/server/jobs/src/engine/ingestion-thread.js'),
  },
  outdir: out,
  bundle: true,
  platform: 'node',
  // The oldest Node the API runs on.
  target: 'node22.13',
  format: 'cjs',
  packages: 'external',
  // The contract is written at build time, so the running server needs none of what describes it: Nest's own empty stand-in for the
  // decorators, with the compile cache below, takes a fifth off the start. So the package is one of development, and not deployed.
  alias: { '@nestjs/swagger': join(root, 'node_modules/@nestjs/swagger/dist/extra/swagger-shim.js') },
  // Compiled code is kept beside the bundle, where only who may change the bundle can write; where nobody can, nothing is kept.
  banner: {
    js: "require('node:module').enableCompileCache?.(require('node:path').join(__dirname, '.compile-cache'));",
  },
  sourcemap: true,
  logLevel: 'warning',
  // The OpenAPI plugin repeats `enum` where a decorator names it too; the last one wins, which is the decorator's.
  logOverride: { 'duplicate-object-key': 'silent' },
});
// Every function that is made would be given its name by a call, for each request anew. Names are kept
// without, but a class that speaks of itself gets an underscore before its own, and a database knows migrations by theirs.
const renamed = /class (_\w+\d{13})\b/.exec(readFileSync(join(out, 'main.js'), 'utf8'));
if (renamed)
  throw new Error(`The migration ${renamed[1]} must not speak of itself by name: it would be known as another`);

copyFileSync(join(root, 'libs/contract/openapi.json'), join(out, 'openapi.json'));
