import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './build-document.mjs';

/** Files that differ, are missing or are left over, by their path in the repository. */
export function differences(outputs, fresh) {
  const found = [];
  for (const output of outputs) {
    const committed = filesBelow(join(root, output), root);
    const generated = filesBelow(join(fresh, output), fresh);
    for (const file of new Set([...committed, ...generated])) {
      if (!generated.includes(file)) found.push(`${file} (no longer generated)`);
      else if (!committed.includes(file)) found.push(`${file} (missing)`);
      else if (!readFileSync(join(root, file)).equals(readFileSync(join(fresh, file)))) found.push(file);
    }
  }
  return found;
}

export function copyOver(outputs, fresh) {
  for (const output of outputs) {
    rmSync(join(root, output), { recursive: true, force: true });
    cpSync(join(fresh, output), join(root, output), { recursive: true });
  }
}

function filesBelow(path, base) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [relative(base, path)];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name), base));
}
