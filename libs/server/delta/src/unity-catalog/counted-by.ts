/** What a commit changed, as far as its writer counted it. */
export interface CountedChanges {
  files_added: number | null;
  files_removed: number | null;
  bytes_added: string | null;
  bytes_removed: string | null;
  rows_added: string | null;
  rows_removed: string | null;
}

/** Operations whose `numFiles` and `numOutput...` count what was added and nothing else. */
const WRITES: ReadonlySet<string> = new Set([
  'WRITE',
  'COPY INTO',
  'CREATE TABLE AS SELECT',
  'REPLACE TABLE AS SELECT',
  'CREATE OR REPLACE TABLE AS SELECT',
  'STREAMING UPDATE',
]);

/**
 * By the metrics of the operation, whose names differ from one to the other;
 * https://docs.databricks.com/delta/history#operation-metrics-keys
 */
export function countedBy(
  operation: string | null,
  parameters: Readonly<Record<string, unknown>>,
  metrics: Readonly<Record<string, string>>,
): CountedChanges {
  const first = (...names: string[]): string | null => {
    const name = names.find((candidate) => /^\d+$/.test(metrics[candidate] ?? ''));
    return name === undefined ? null : (metrics[name] ?? null);
  };
  const isWrite = WRITES.has(operation ?? '');
  const written = (name: string): string[] => (isWrite ? [name] : []);
  // An append takes nothing away, whether its writer says so or not.
  const none = isWrite && parameters['mode'] === 'Append' ? '0' : null;
  return {
    files_added: whole(first('numTargetFilesAdded', 'numAddedFiles', ...written('numFiles'))),
    files_removed: whole(first('numTargetFilesRemoved', 'numRemovedFiles') ?? none),
    bytes_added: first('numTargetBytesAdded', 'numAddedBytes', ...written('numOutputBytes')),
    bytes_removed: first('numTargetBytesRemoved', 'numRemovedBytes') ?? none,
    rows_added: first('numTargetRowsInserted', ...written('numOutputRows')),
    rows_removed: first('numTargetRowsDeleted', 'numDeletedRows') ?? none,
  };
}

function whole(text: string | null): number | null {
  return text === null ? null : Number(text);
}
