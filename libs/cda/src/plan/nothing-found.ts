import { TableFailed } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { IngestionFailure, IngestionWarning } from '../run/run-options';
import type { SourceStore } from '../source/source-store';
import { FolderListing, type ListedRange } from './list-folders';

/** Where the folders of a table are. */
export type FolderPlace = Pick<ListedRange, 'folder' | 'fingerprints' | 'fence'>;

/** Finds places where nothing is, although the manifest says that there is something: an empty place is as good as a wrong one. */
export class EmptyPlace {
  constructor(
    private readonly table: ManifestTable,
    private readonly source: SourceStore,
    private readonly place: FolderPlace,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * What is told where there is not one folder and the manifest counts rows, or says that something was written since `newest`, the newest
   * ingested folder in epoch milliseconds, 0 when there is none. `hasFound`: whether the listing from the cursors on has found any.
   */
  async warning({ hasFound }: Pick<FolderListing, 'hasFound'>, newest: number): Promise<IngestionWarning | undefined> {
    const { recordsCount, dataFilesPath, fingerprints, fence } = this.table;
    if (hasFound || recordsCount === 0n) return undefined;
    // A history that was pruned says nothing of what was ingested, and a source may clear away what is old.
    if (newest > 0 && (fingerprints.length === 0 || fence <= newest || (await this.hasFolders()))) return undefined;
    const path = JSON.stringify(dataFilesPath.slice(0, 300));
    const message =
      fingerprints.length === 0
        ? `The manifest counts ${recordsCount} rows, and its schemaHistory names no fingerprint, so that no folder is read: have the manifest written again`
        : newest === 0
          ? `The manifest counts ${recordsCount} rows, and there is no folder of its fingerprints below ${path}: look at the path, and at path_rewrite`
          : `The manifest says that the source was written until ${fence}, folders until ${newest} are ingested, and there is no folder of its fingerprints below ${path} any more: look at the path, and at path_rewrite`;
    return { code: 'NOTHING_FOUND', message };
  }

  /** TableFailed, before anything is emptied, when there is nothing that the table could be rebuilt from. */
  async refuseRebuild(): Promise<void> {
    const nothing = await this.warning({ hasFound: await this.hasFolders() }, 0);
    if (nothing !== undefined) throw new TableFailed(nothingToRebuild(nothing));
  }

  /** Looks for the first folder from the start of the source, whatever becomes of it. */
  private async hasFolders(): Promise<boolean> {
    const all = { ...this.place, cursorOf: () => 0, retried: [], isSkipped: () => false };
    const listing = new FolderListing(this.source, all, this.signal);
    const folders = listing.folders();
    await folders.next();
    await folders.return(undefined);
    return listing.hasFound;
  }
}

/** What a rebuild fails with that would empty a table and find nothing to fill it with. */
export function nothingToRebuild({ code, message }: IngestionWarning): IngestionFailure {
  const advice = 'Nothing was emptied. Correct the path or path_rewrite, and run again with the decision to rebuild.';
  return { code, message, advice };
}
