import type { IngestionWarning } from '../run/run-options';
import type { SourceStore } from '../source/source-store';
import { FOLDER_NAME } from './list-folders';

/** Of one fingerprint; more of them are not counted. */
const MOST_COUNTED = 10_000;
/** Of one table; more of them are not told. */
const MOST_TOLD = 20;

/** A fingerprint that no run reads, as it is told. */
export interface UnlistedFingerprint {
  readonly warning: IngestionWarning;
  /** Whether folders of it are ingested, so that those that are not are a loss in the middle of it. */
  readonly isBegun: boolean;
}

/** What is looked for among the folders of a table. */
export interface UnlistedRange {
  /** Relative to the source's root. */
  readonly folder: string;
  /** What the history names. */
  readonly fingerprints: readonly string[];
  /** Newest ingested folder of a fingerprint, 0 when there is none. */
  cursorOf(fingerprint: string): number;
  /** Newest folder that may be read; none when left out. Epoch milliseconds. */
  readonly fence: number | undefined;
}

/**
 * Fingerprints that have folders to be ingested and that the history of the manifest does not name, so that no run reads them: told, because
 * they may be data that everybody believes to be ingested. One listing for each fingerprint that is there, whatever lies in it.
 */
export async function unlistedFingerprints(
  source: SourceStore,
  range: UnlistedRange,
  signal: AbortSignal | undefined,
): Promise<UnlistedFingerprint[]> {
  const listed = new Set(range.fingerprints);
  const found: UnlistedFingerprint[] = [];
  for (let after: string | undefined = undefined; found.length < MOST_TOLD;) {
    const next = await nextFingerprint(source, range.folder, after, signal);
    if (next === undefined) break;
    if (!listed.has(next)) {
      const folders = await countFolders(source, range, next, signal);
      const warning = { code: 'FINGERPRINT_UNLISTED', message: unlistedText(next, folders) };
      if (folders > 0) found.push({ warning, isBegun: range.cursorOf(next) > 0 });
    }
    // The next name after all that lies below this one: 0 comes right after the slash.
    after = `${range.folder}/${next}0`;
  }
  return found;
}

export function unlistedText(fingerprint: string, folders: number): string {
  const count =
    folders >= MOST_COUNTED ? `${MOST_COUNTED} folders or more` : folders === 1 ? '1 folder' : `${folders} folders`;
  const name = JSON.stringify(fingerprint.slice(0, 200));
  return `The fingerprint ${name} has ${count} to be ingested, and the manifest's schemaHistory does not name it: nothing of it is read until it does`;
}

async function nextFingerprint(
  source: SourceStore,
  folder: string,
  startAfter: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for await (const { path } of source.list(folder, { startAfter, signal })) {
    const [name = '', ...rest] = path.slice(folder.length + 1).split('/');
    // Hidden names are no fingerprints, and what lies beside them is no folder.
    if (rest.length > 0 && !/^[._]/.test(name)) return name;
  }
  return undefined;
}

async function countFolders(
  source: SourceStore,
  range: UnlistedRange,
  fingerprint: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const root = `${range.folder}/${fingerprint}`;
  const cursor = range.cursorOf(fingerprint);
  let [last, count] = [cursor, 0];
  const startAfter = cursor === 0 ? undefined : `${root}/${cursor}0`;
  for await (const { path } of source.list(root, { startAfter, signal })) {
    const [name = '', ...rest] = path.slice(root.length + 1).split('/');
    const ms = Number(name);
    if (rest.length === 0 || !FOLDER_NAME.test(name) || ms <= last) continue;
    if (range.fence !== undefined && ms > range.fence) break;
    last = ms;
    count += 1;
    if (count === MOST_COUNTED) break;
  }
  return count;
}
