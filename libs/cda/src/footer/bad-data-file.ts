/** What is wrong with a data file; stable, for callers to map. */
export type BadDataFileCode = 'NOT_PARQUET' | 'TRUNCATED' | 'ENCRYPTED' | 'CORRUPT_FOOTER' | 'UNSUPPORTED_COLUMN';

/** A data file that no table may refer to. The message is a sentence that does not name the file: who asked knows which it was. */
export class BadDataFile extends Error {
  constructor(
    readonly code: BadDataFileCode,
    message: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}
