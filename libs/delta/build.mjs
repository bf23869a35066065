// What is published: one file for each of the two kinds of modules, and the types of what the door exports. `npm pack` runs it.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
rmSync(dist, { recursive: true, force: true });

const modules = { 'index.mjs': 'esm', 'index.cjs': 'cjs' };
await Promise.all(
  Object.entries(modules).map(([file, format]) =>
    build({
      entryPoints: [join(here, 'src/index.ts')],
      outfile: join(dist, file),
      bundle: true,
      platform: 'node',
      // The oldest Node it runs on: before, JSON.parse loses digits of long numbers.
      target: 'node22.13',
      format,
      packages: 'external',
      keepNames: true,
      logLevel: 'warning',
    }),
  ),
);

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', join(here, 'tsconfig.types.json')], { stdio: 'inherit' });
// Each kind of module wants its own declarations; both say what the CommonJS ones do.
for (const file of ['index.d.mts', 'index.d.cts']) {
  writeFileSync(join(dist, file), "export * from './types/index.js';\n");
}
