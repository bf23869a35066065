import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The document names a schema by its class alone: of two classes with one name it would describe one as the other. */
export function refuseDoubleNames(root) {
  const homes = new Map();
  for (const file of globSync('{apps/api,libs/server}/**/*.dto.ts', { cwd: root })) {
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(/^export (?:abstract )?class (\w+)/gm)) {
      homes.set(name, [...(homes.get(name) ?? []), file]);
    }
  }
  const twice = [...homes].filter(([, files]) => files.length > 1);
  if (twice.length === 0) return;
  const lines = twice.map(([name, files]) => `  ${name}: ${files.join(', ')}`);
  throw new Error(`Each class of the contract needs a name of its own:\n${lines.join('\n')}`);
}
