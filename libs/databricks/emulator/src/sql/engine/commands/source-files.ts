import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { errorCode } from '../../../state/error-code';
import type { EngineCatalog } from '../engine-catalog';
import { insufficientPermissions } from '../failures/catalog-failures';
import { literal } from '../language/duckdb-text';
import type { CopyInto } from '../language/statement';
import type { RelationContext } from '../relations/relations';
import { SqlFailure } from '../sql-failure';

/** A file that COPY INTO may load: where it is on this machine, and as clients call it. */
export interface SourceFile {
  readonly path: string;
  readonly name: string;
}

/**
 * The files of a volume that COPY INTO speaks of, in the order of their names: the one it names, or those of a folder.
 * Hidden ones (`_...`, `....`) are left out, as the platform does, and what a link leads out of the volume is not there.
 */
export async function sourceFiles(
  statement: Pick<CopyInto, 'from' | 'files' | 'pattern'>,
  catalog: EngineCatalog,
  context: RelationContext,
): Promise<SourceFile[]> {
  const { from, files, pattern } = statement;
  const place = await catalog.volumePath(context.caller, from);
  if (place === undefined) throw notFound(from);
  if ('privilege' in place) throw insufficientPermissions(place);
  const root = await existing(realpath(place.root));
  const folder = await existing(realpath(place.path));
  if (root === undefined || folder === undefined || !isWithin(root, folder)) throw notFound(from);
  const named = async (path: string): Promise<SourceFile> => {
    const real = await existing(realpath(path));
    const isFile = real !== undefined && isWithin(root, real) && (await stat(real)).isFile();
    const name = [place.name, ...relative(place.root, path).split(sep)].join('/');
    if (!isFile) throw notFound(name);
    return { path: real, name };
  };
  if ((await stat(folder)).isFile()) return [await named(place.path)];
  if (files !== undefined) {
    return Promise.all(
      files.map((file) => {
        const segments = file.split('/').filter((segment) => segment !== '');
        if (segments.length === 0 || segments.includes('..') || file.includes('\0')) throw notFound(file);
        return named(join(place.path, ...segments));
      }),
    );
  }
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('_') && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  const wanted = pattern === undefined ? names : await fitting(names, pattern, context);
  return Promise.all(wanted.map((name) => named(join(place.path, name))));
}

/** PATTERN is a glob, which DuckDB compares without opening anything. */
async function fitting(
  names: readonly string[],
  pattern: string,
  { sandbox }: RelationContext,
): Promise<readonly string[]> {
  if (names.length === 0) return names;
  const list = names.map((name) => `(${literal(name)})`).join(', ');
  const rows = await sandbox.rows(`SELECT name FROM (VALUES ${list}) AS n(name) WHERE name GLOB ${literal(pattern)}`);
  const wanted = new Set(rows.map(([name]) => name));
  return names.filter((name) => wanted.has(name));
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

async function existing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}

function notFound(path: string): SqlFailure {
  return new SqlFailure('PATH_NOT_FOUND', `Path does not exist: ${path}.`, '42K03');
}
