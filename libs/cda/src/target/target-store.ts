import type { Storage } from '@lakescope/delta';
import type { SourceObject, SourceStore } from '../source/source-store';

/** Where the tables are written: a folder or a prefix of a bucket with one folder for each table. */
export interface TargetStore {
  /** The root: `s3://bucket/prefix` or `file:///folder`, without a trailing slash. */
  readonly uri: string;
  /** What tells apart stores in which one URI may be two places; left out where it cannot be. */
  store?(): Promise<string>;
  /** Tables read their own log through this; the folder need not be there. */
  table(name: string): Storage;
  /**
   * Makes sure, once and before the first commit, that of two writers of one name the second is refused: else two runs at once, or a lost answer,
   * would overwrite a commit. TableFailed where that is not so. Left out where it always is.
   */
  keepsWritersApart?(signal?: AbortSignal): Promise<void>;
  /**
   * Copies a file of the source to a path of a table, over one that is there, and verifies its size; by the store itself where source and
   * target are in the same one. StorageChanged when the file is not the one any more that was listed.
   */
  copy(source: SourceStore, file: SourceObject, table: string, path: string, signal?: AbortSignal): Promise<void>;
}
