// What the deployed app is made of beside its own code: packages that the platform installs beside the server, and packages that the build
// puts into it or into the pages. Both are read from the lock, so that nothing has to be built to know it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pruneLock } from '../deploy/prune-lock.mjs';

/** Where the pages' own code lies. */
const SOURCES_OF_PAGES = ['apps/web/src', 'libs/web', 'libs/client/src'];
/** By project.json: a polyfill, and the styles of the components. What else these two need is for translating and building. */
const BUILT_IN_BY_CONFIGURATION = ['@angular/localize', '@angular/material'];
/** By apps/api/build.mjs: of it one file, the stand-in for the decorators. */
const BUILT_INTO_SERVER = ['@nestjs/swagger'];
const WITHOUT_THEIR_NEEDS = ['@angular/localize', ...BUILT_INTO_SERVER];

/**
 * Every shipped package, by its path in the lock: `{ path, name, version, license, server, pages, platform }`. `platform` marks one that is
 * installed on some machines only, so its files may not be here.
 */
export function shippedPackages(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const needed = (wanted) => pruneLock(withoutTools(lock), { name: 'lakescope-app', version, dependencies: wanted });
  const server = needed({ ...dependencies, ...versionsOf(BUILT_INTO_SERVER, lock) }).packages;
  const pages = needed(versionsOf(namesInPages(root), lock)).packages;
  return Object.entries({ ...server, ...pages })
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({
      path,
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version,
      license: licenseOf(root, path, entry),
      server: Object.hasOwn(server, path),
      pages: Object.hasOwn(pages, path),
      platform: entry.os !== undefined || entry.cpu !== undefined,
    }))
    .sort((one, other) => compare(one.path, other.path));
}

/** Manifest and lock of all of it, as `npm sbom` reads them. */
export function shippedLock(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version, license, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const all = { ...dependencies, ...versionsOf([...namesInPages(root), ...BUILT_INTO_SERVER], lock) };
  const manifest = { name: 'lakescope-app', version, license, dependencies: sorted(all) };
  return { manifest, lock: pruneLock(withoutTools(lock), manifest) };
}

/** Names of the packages that the pages' code asks for. */
function namesInPages(root) {
  const names = new Set(BUILT_IN_BY_CONFIGURATION);
  for (const folder of SOURCES_OF_PAGES) {
    for (const file of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || !/\.(ts|scss)$/.test(file.name) || /spec\.ts$|test-setup/.test(file.name)) continue;
      if (/\/testing(\/|$)/.test(file.parentPath)) continue;
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      for (const [, name] of text.matchAll(
        /(?:from|import|@use|import\()\s*['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]/g,
      )) {
        if (!name.startsWith('.') && !name.startsWith('@lakescope/')) names.add(name);
      }
    }
  }
  return [...names];
}

function versionsOf(names, lock) {
  return Object.fromEntries(
    names.sort(compare).map((name) => {
      const version = lock.packages[`node_modules/${name}`]?.version;
      if (version === undefined)
        throw new Error(`${name} is shipped, and the lock does not have it: run \`npm install\` first`);
      return [name, version];
    }),
  );
}

function withoutTools({ packages, ...lock }) {
  const bare = WITHOUT_THEIR_NEEDS.map((name) => {
    const { dependencies: _needs, peerDependencies: _peers, bin: _bin, ...entry } = packages[`node_modules/${name}`];
    return [`node_modules/${name}`, entry];
  });
  return { ...lock, packages: { ...packages, ...Object.fromEntries(bare) } };
}

/** The lock knows most of them; of a few only the package itself says it. */
function licenseOf(root, path, entry) {
  if (typeof entry.license === 'string') return entry.license;
  const { license, licenses } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  const told = license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ');
  if (typeof told !== 'string') throw new Error(`${path} does not say under which licence it is`);
  return told;
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => compare(one, other)));
}

/** By code units, so that every machine sorts alike. */
function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
