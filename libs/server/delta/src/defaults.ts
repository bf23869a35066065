/** Every number of the inspector in one place. */
export const defaults = {
  /** Reads of rows at once; more of them would only wait for the same two cores. */
  concurrentReads: 4,
  /** What DuckDB may use of the container's 6 GB. */
  memoryLimitBytes: 1024 ** 3,
  diskCacheBytes: 2 * 1024 ** 3,
  discoverDepth: 4,
  discoverLimit: 50,
  historyLimit: 50,
  previewLimit: 100,
  exportLimit: 100_000,
  mostExportedRows: 1_000_000,
  /** Exports under way, for each person. */
  exportsAtOnce: 2,
  /** A client that takes nothing for so long has left. */
  exportStallMs: 60_000,
} as const;
