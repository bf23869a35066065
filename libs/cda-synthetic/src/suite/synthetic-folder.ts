import type { Column, Row } from '../parquet/column';
import type { Disorder } from './disorder';

export interface SyntheticFile {
  /** `part-00000-<uuid>-c000.snappy.parquet`. */
  readonly name: string;
  readonly rows: readonly Row[];
  /** Written without its second half. */
  readonly truncated: boolean;
}

/** One micro-batch of a table, as it is written and as a reader must find it. */
export interface SyntheticFolder {
  readonly table: string;
  readonly fingerprint: string;
  /** Its name: epoch milliseconds. */
  readonly folder: string;
  /** The step that writes it. */
  readonly step: number;
  /** Of its files, those of the change stream included. */
  readonly columns: readonly Column[];
  readonly files: readonly SyntheticFile[];
  readonly rows: number;
  /** Whether it has its `_SUCCESS`. */
  readonly complete: boolean;
  /** What `.cda/batch-metrics.json` says was written; undefined: there is none. */
  readonly metrics: number | undefined;
  readonly disorders: readonly Disorder[];
}

/** The same folder as its producer writes it when all goes well in the end. */
export function made(folder: SyntheticFolder, step: number): SyntheticFolder {
  const files = folder.files.map((file) => ({ ...file, truncated: false }));
  return { ...folder, step, files, complete: true, disorders: [] };
}
