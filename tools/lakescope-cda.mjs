#!/usr/bin/env node
// `npx lakescope-cda`: bundles the command line of the CDA engine from its sources, which takes a moment, and becomes it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const script = realpathSync(fileURLToPath(import.meta.url));
const root = join(dirname(script), '..');
if (!existsSync(join(root, 'node_modules'))) {
  console.error('Run `npm ci` in the clone first.');
  process.exit(2);
}

// On Linux the lock brings a Node that is new enough; npx may have started us with an older one.
const [major, minor] = process.versions.node.split('.').map(Number);
const bundled = join(root, 'node_modules/.bin/node');
if ((major < 24 || (major === 24 && minor < 9)) && existsSync(bundled)) {
  // Ctrl-C goes to both of us: this one only waits for the other.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  const { status, signal, error } = spawnSync(bundled, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (error !== undefined) throw error;
  process.exit(signal === null ? (status ?? 2) : 2);
}
createRequire(import.meta.url)('./check-node.cjs');

const { build } = await import('esbuild');
const outfile = join(root, 'dist/libs/cda/cli.cjs');
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [join(root, 'libs/cda/src/cli/main.ts')],
  outfile,
  tsconfig: join(root, 'tsconfig.server.json'),
  bundle: true,
  platform: 'node',
  target: 'node22.13',
  format: 'cjs',
  packages: 'external',
  sourcemap: 'inline',
  keepNames: true,
  logLevel: 'warning',
  write: false,
});
// Two commands at once build the same: each replaces the file in one step, and only when it differs.
for (const { path, contents } of outputFiles) {
  if (existsSync(path) && readFileSync(path).equals(contents)) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}
process.setSourceMapsEnabled(true);
await import(pathToFileURL(outfile).href);
