// `npm run api [-- NAME...]`: builds the published packages, or those that are named, and writes their public types down.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goldenPath, goldenText } from './api-golden.mjs';
import { PACKAGES } from './published-packages.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const wanted = process.argv.slice(2);
for (const [name, { folder }] of Object.entries(PACKAGES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const dist = mkdtempSync(join(tmpdir(), 'lakescope-api-'));
  try {
    const build = join(root, 'tools/build/build-package.mjs');
    execFileSync(process.execPath, [build, dist], { cwd: join(root, folder), stdio: 'inherit' });
    const { name: title } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    writeFileSync(join(root, goldenPath(name)), await goldenText(name, title, dist));
    console.log(`${goldenPath(name)} is written`);
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
}
