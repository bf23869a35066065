import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const metadata = join(root, 'dist/.openapi');

/** Compiles the API with the decorator metadata and the OpenAPI plugin, into a folder of its own beside the build's. */
export function buildMetadata() {
  run([
    'node_modules/@nestjs/cli/bin/nest.js',
    'build',
    '--config',
    'apps/api/nest-cli.json',
    '--path',
    'apps/api/tsconfig.openapi.json',
  ]);
}

export function writeDocument(file) {
  mkdirSync(dirname(file), { recursive: true });
  run([join(metadata, 'apps/api/src/write-openapi.js'), file]);
}

function run(args) {
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}
