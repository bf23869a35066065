import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Benchmark } from './benchmark';

const BROWSER = 'dist/apps/web/browser';

/** Every script the first page needs: those of index.html and what they import statically, gzip level 9, in kB (10^3). */
function initialScriptKilobytes(): number {
  const html = readFileSync(join(BROWSER, 'index.html'), 'utf8');
  const queue = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map((match) => String(match[1]));
  const seen = new Set<string>();
  let bytes = 0;
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const path = join(BROWSER, name);
    if (seen.has(path) || !existsSync(path)) continue;
    seen.add(path);
    const script = readFileSync(path);
    bytes += gzipSync(script, { level: 9 }).length;
    for (const [, imported] of script
      .toString('utf8')
      .matchAll(/(?:^|[;}\s])(?:import|export)[^"'()]*?["']\.\/([^"']+\.js)["']/g)) {
      queue.push(String(imported));
    }
  }
  return bytes / 1000;
}

export const webBundle: Benchmark = {
  name: 'web-bundle',
  title: 'initial JavaScript of the SPA, gzip',
  unit: 'kB',
  warmups: 0,
  rounds: 1,
  bar: 'at most 250 kB',
  prepare: async () => ({
    variants: [
      { name: 'built SPA', measure: async () => initialScriptKilobytes() },
      { name: 'the bar', measure: async () => 250 },
    ],
    dispose: async () => undefined,
  }),
};
