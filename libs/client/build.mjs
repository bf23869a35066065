// What is published; `npm pack` runs it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../../tools/build/build-package.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const types = join(folder, 'dist/types');

// Fetch, streams and AbortSignal.any are all it needs, so it also runs in browsers and workers.
await buildPackage(
  folder,
  { platform: 'neutral', target: 'es2022', packages: 'bundle' },
  './types/client/src/index.js',
);

// The types of the contract are part of the package, not a package of their own.
for (const file of readdirSync(types, { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
  const path = join(types, file);
  const contract = relative(dirname(path), join(types, 'contract/src/index.js'));
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(['"])@lakescope\/contract\1/g, `'${contract}'`));
}
