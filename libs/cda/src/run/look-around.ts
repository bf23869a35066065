import type { TableHead } from '@lakescope/delta';
import type { ManifestTable } from '../manifest/manifest';
import type { Cursors } from '../plan/cursors';
import type { FolderListing, ListedRange } from '../plan/list-folders';
import { EmptyPlace } from '../plan/nothing-found';
import { unlistedFingerprints } from '../plan/unlisted-fingerprints';
import type { SourceStore } from '../source/source-store';
import type { IngestionWarning } from './run-options';

/** A table after its folders were taken. */
export interface TakenTable {
  readonly table: ManifestTable;
  readonly source: SourceStore;
  readonly range: ListedRange;
  readonly listing: FolderListing;
  readonly cursors: Cursors;
  readonly head: TableHead | undefined;
  /** Whether this run wrote down that somebody decided to continue after a reset. */
  readonly hasGoneOn: boolean;
}

/** What is not read, because the manifest does not name it or there is nothing where it should be, is not passed in silence. */
export async function lookAround(
  { table, source, range, listing, cursors, head, hasGoneOn }: TakenTable,
  signal: AbortSignal,
): Promise<{ readonly warnings: readonly IngestionWarning[]; readonly leftBehind: boolean }> {
  const nothing = await new EmptyPlace(table, source, range, signal).warning(listing, cursors.newest(head));
  const isUnnamed = range.fingerprints.length === 0;
  // The history is a new one where a fingerprint has its first folder or is gone: only then is a listing of all that is there worth its price.
  const isNew = listing.hasBegun || hasGoneOn || isUnnamed || cursors.hasOthers(head, range.fingerprints);
  const unlisted = isNew || nothing !== undefined ? await unlistedFingerprints(source, range, signal) : [];
  const warnings = unlisted.map(({ warning }) => warning);
  return {
    warnings: nothing === undefined ? warnings : [nothing, ...warnings],
    leftBehind: nothing !== undefined || unlisted.some(({ isBegun }) => isUnnamed || isBegun),
  };
}
