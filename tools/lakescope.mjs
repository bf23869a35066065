#!/usr/bin/env node
// `npx lakescope`: builds the command line from its sources, which takes a moment, and becomes it.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const script = realpathSync(fileURLToPath(import.meta.url));
const root = join(dirname(script), '..');
if (!existsSync(join(root, 'node_modules'))) {
  console.error('Run `npm ci` in the clone first.');
  process.exit(1);
}

// On Linux the lock brings a Node that is new enough; npx may have started us with an older one.
const [major, minor] = process.versions.node.split('.').map(Number);
const bundled = join(root, 'node_modules/.bin/node');
if ((major < 24 || (major === 24 && minor < 9)) && existsSync(bundled)) {
  // Ctrl-C is for the command, which may end in order; its end is ours.
  process.on('SIGINT', () => undefined);
  const { status, signal, error } = spawnSync(bundled, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (error !== undefined) throw error;
  process.exit(signal === null ? (status ?? 1) : 1);
}
createRequire(import.meta.url)('./check-node.cjs');

await import(urlOf('apps/cli/build.mjs'));
process.setSourceMapsEnabled(true);
await import(urlOf('dist/apps/cli/main.js'));

function urlOf(path) {
  return pathToFileURL(join(root, path)).href;
}
