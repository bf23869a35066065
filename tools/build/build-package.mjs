// What a published library of this tree is made of: one file for each of the two kinds of modules, and the types of what its door exports.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Builds `src/index.ts` of the library in `folder` into its `dist`. `options` are esbuild's, above all `platform` and `target`;
 * `typesEntry` is where the compiler puts the types of the door, below `dist`.
 */
export async function buildPackage(folder, options, typesEntry = './types/index.js') {
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const modules = { 'index.mjs': 'esm', 'index.cjs': 'cjs' };
  await Promise.all(
    Object.entries(modules).map(([file, format]) =>
      build({
        entryPoints: [join(folder, 'src/index.ts')],
        outfile: join(dist, file),
        bundle: true,
        format,
        packages: 'external',
        logLevel: 'warning',
        ...options,
      }),
    ),
  );
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.types.json')], { stdio: 'inherit' });
  // Each kind of module wants its own declarations; both say what the CommonJS ones do.
  for (const file of ['index.d.mts', 'index.d.cts'])
    writeFileSync(join(dist, file), `export * from '${typesEntry}';\n`);
}
