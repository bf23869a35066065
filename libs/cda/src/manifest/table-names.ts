import { IngestionRefused } from '../errors';

const GLOB = /^[a-z0-9_*?]{1,200}$/;

/** To leave out, whatever a manifest calls it: names that cannot be used can only be left out. */
const ANY_NAME = /^[^\p{Cc}\p{Surrogate}]{1,200}$/u;

/** Whether a table is asked for: named by `include`, where there is one, and not by `exclude`. Globs know `*` and `?`. */
export function tableFilter(
  include: readonly string[] | undefined,
  exclude: readonly string[] | undefined,
): (table: string) => boolean {
  const [wanted, unwanted] = [include?.map(included), (exclude ?? []).map(excluded)];
  return (table) =>
    (wanted?.some((glob) => matches(glob, table)) ?? true) && !unwanted.some((glob) => matches(glob, table));
}

function included(glob: string): string {
  if (GLOB.test(glob)) return glob;
  throw refused(glob, 'Use a-z, 0-9, _, * and ?.');
}

function excluded(glob: string): string {
  if (ANY_NAME.test(glob)) return glob;
  throw refused(glob, 'Use a name as the manifest has it, with * and ? for what differs or cannot be typed.');
}

function refused(glob: string, advice: string): IngestionRefused {
  const message = `${JSON.stringify(glob.slice(0, 200))} is not a glob of table names`;
  return new IngestionRefused('INVALID_OPTIONS', message, advice);
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
