// What is published; `npm pack` runs it.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../../tools/build/build-package.mjs';

await buildPackage(dirname(fileURLToPath(import.meta.url)), {
  platform: 'node',
  // The oldest Node it runs on: before, JSON.parse loses digits of long numbers.
  target: 'node22.13',
  keepNames: true,
});
