import { IngestionRefused } from '../errors';

const GLOB = /^[a-z0-9_*?]{1,200}$/;

/** Whether a table is asked for: named by `include`, where there is one, and not by `exclude`. Globs know `*` and `?`. */
export function tableFilter(
  include: readonly string[] | undefined,
  exclude: readonly string[] | undefined,
): (table: string) => boolean {
  const [included, excluded] = [include?.map(checked), (exclude ?? []).map(checked)];
  return (table) =>
    (included?.some((glob) => matches(glob, table)) ?? true) && !excluded.some((glob) => matches(glob, table));
}

function checked(glob: string): string {
  if (GLOB.test(glob)) return glob;
  const message = `${JSON.stringify(glob.slice(0, 200))} is not a glob of table names`;
  throw new IngestionRefused('INVALID_OPTIONS', message, 'Use a-z, 0-9, _, * and ?.');
}

/** One pass with one place to go back to: a regular expression of many stars can take for ever. */
function matches(glob: string, name: string): boolean {
  let [at, star, tried] = [0, -1, 0];
  for (let index = 0; index < name.length;) {
    const wanted = glob[at];
    if (wanted === '*') {
      star = at;
      tried = index;
      at += 1;
    } else if (wanted === '?' || wanted === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      tried += 1;
      index = tried;
    } else return false;
  }
  return /^\**$/.test(glob.slice(at));
}
