// The packages of this tree that stand on their own: where they lie, and what each is made of.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const NODE = { platform: 'node', packages: 'external', keepNames: true };

/**
 * By name: `folder`; `door`, the source of everything it exports; `options` of esbuild; `formats`; `types`, the compiled door below
 * `dist/types`, and `complete`, what becomes of the other types there; `command`, the source of its program.
 */
export const PACKAGES = {
  delta: {
    folder: 'libs/delta',
    door: 'src/index.ts',
    // The oldest Node it runs on: before, JSON.parse loses digits of long numbers.
    options: { ...NODE, target: 'node22.13' },
    formats: ['esm', 'cjs'],
    types: './types/index.js',
  },
  cda: {
    folder: 'libs/cda',
    door: 'src/index.ts',
    options: { ...NODE, target: 'node22.13' },
    formats: ['esm', 'cjs'],
    types: './types/cda/src/index.js',
    // Those of the other library come with it.
    complete: (types) => rmSync(join(types, 'delta'), { recursive: true }),
    command: 'src/cli/main.ts',
  },
  client: {
    folder: 'libs/client',
    door: 'src/index.ts',
    // Fetch, streams and AbortSignal.any are all it needs, so it also runs in browsers and workers.
    options: { platform: 'neutral', target: 'es2022' },
    formats: ['esm', 'cjs'],
    types: './types/client/src/index.js',
    complete: includeContract,
  },
  sketch: {
    folder: 'libs/sketch',
    door: 'src/index.ts',
    options: { platform: 'neutral', target: 'es2022' },
    formats: ['esm', 'cjs'],
    types: './types/index.js',
  },
  // The local workspace without the app. Its own modules find packages and models by their place, which only CommonJS has.
  local: {
    folder: 'apps/local',
    door: 'src/standalone/package.ts',
    options: { ...NODE, target: 'node24' },
    formats: ['cjs'],
    types: './types/package.js',
    command: 'src/standalone/main.ts',
    assets: { 'src/embedded/demo-lake/models': 'models' },
  },
};

/** Name of the package that lies in a folder; undefined when none does. */
export function packageIn(root, folder) {
  return Object.keys(PACKAGES).find((name) => relative(join(root, PACKAGES[name].folder), folder) === '');
}

/** The types of the contract are part of the client's package, not a package of their own. */
function includeContract(types) {
  for (const file of readdirSync(types, { recursive: true }).filter((name) => name.endsWith('.d.ts'))) {
    const path = join(types, file);
    const contract = relative(dirname(path), join(types, 'contract/src/index.js'));
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(['"])@lakescope\/contract\1/g, `'${contract}'`));
  }
}
