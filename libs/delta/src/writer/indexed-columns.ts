import { clusteringColumns } from '../schema/clustering-columns';

const DEFAULT_INDEXED_COLUMNS = 32;

/** Whether a leaf column gets statistics: by its path, and its place among all leaves of the files. */
export type IsIndexed = (path: readonly string[], place: number) => boolean;

/**
 * What the table asks for: the columns of `delta.dataSkippingStatsColumns` with all below them, else the first leaves
 * (`delta.dataSkippingNumIndexedCols`, 32 if not set, all if negative); and always those it is clustered by, which PROTOCOL.md demands.
 */
export function indexedColumns(
  properties: Readonly<Record<string, string>>,
  domains: ReadonlyMap<string, string>,
): IsIndexed {
  const named = properties['delta.dataSkippingStatsColumns'];
  const first = Number(properties['delta.dataSkippingNumIndexedCols'] ?? DEFAULT_INDEXED_COLUMNS);
  const always = clusteringColumns(domains);
  const wanted = named === undefined ? [] : columnPaths(named);
  return (path, place) =>
    always.some((column) => isBelow(path, column)) ||
    (named === undefined ? first < 0 || place < first : wanted.some((column) => isBelow(path, column)));
}

function isBelow(path: readonly string[], column: readonly string[]): boolean {
  return column.every((name, index) => path[index]?.toLowerCase() === name.toLowerCase());
}

/** A list as SQL writes it: `a, b.c, \`with, comma\`.d`. */
function columnPaths(list: string): string[][] {
  const paths: string[][] = [];
  let path: string[] = [];
  for (const [, quoted, plain, end] of list.matchAll(/(?:`((?:[^`]|``)*)`|([^`.,]+))\s*([.,]|$)/g)) {
    path.push(quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('``', '`'));
    if (end === '.') continue;
    paths.push(path);
    path = [];
  }
  return paths;
}
