// What a published library of this tree is made of: one file for each of the two kinds of modules, and the types of what its door
// exports. `npm pack` runs it, in the folder of the library; the argument is where to put it, `dist` when there is none.
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

/** By the folder in libs: esbuild's options, where the compiler puts the types of the door, what becomes of other types, and the command. */
const PACKAGES = {
  delta: {
    // The oldest Node it runs on: before, JSON.parse loses digits of long numbers.
    options: { platform: 'node', target: 'node22.13', packages: 'external', keepNames: true },
    door: './types/index.js',
  },
  cda: {
    options: { platform: 'node', target: 'node22.13', packages: 'external', keepNames: true },
    door: './types/cda/src/index.js',
    // Those of the other library come with it.
    complete: (types) => rmSync(join(types, 'delta'), { recursive: true }),
    command: 'src/cli/main.ts',
  },
  client: {
    // Fetch, streams and AbortSignal.any are all it needs, so it also runs in browsers and workers.
    options: { platform: 'neutral', target: 'es2022' },
    door: './types/client/src/index.js',
    complete: includeContract,
  },
};

const folder = process.cwd();
const { options, door, complete, command } = PACKAGES[basename(folder)];
const dist = resolve(folder, process.argv[2] ?? 'dist');
rmSync(dist, { recursive: true, force: true });

const modules = { 'index.mjs': 'esm', 'index.cjs': 'cjs' };
await Promise.all(
  Object.entries(modules).map(([file, format]) =>
    build({
      entryPoints: [join(folder, 'src/index.ts')],
      outfile: join(dist, file),
      bundle: true,
      format,
      logLevel: 'warning',
      ...options,
    }),
  ),
);

if (command !== undefined) {
  await build({
    entryPoints: [join(folder, command)],
    outfile: join(dist, 'cli.cjs'),
    bundle: true,
    format: 'cjs',
    logLevel: 'warning',
    ...options,
    banner: { js: '#!/usr/bin/env node' },
  });
  chmodSync(join(dist, 'cli.cjs'), 0o755);
}

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const types = ['-p', join(folder, 'tsconfig.types.json'), '--outDir', join(dist, 'types')];
execFileSync(process.execPath, [tsc, ...types], { stdio: 'inherit' });
complete?.(join(dist, 'types'));
// Each kind of module wants its own declarations; both say what the CommonJS ones do.
for (const file of ['index.d.mts', 'index.d.cts']) writeFileSync(join(dist, file), `export * from '${door}';\n`);

/** The types of the contract are part of the client's package, not a package of their own. */
function includeContract(types) {
  for (const file of readdirSync(types, { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
    const path = join(types, file);
    const contract = relative(dirname(path), join(types, 'contract/src/index.js'));
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(['"])@lakescope\/contract\1/g, `'${contract}'`));
  }
}
