import { DeltaError, type DeltaTable, type Storage, type TableSnapshot } from '@lakescope/delta';

const COMMIT = /^(\d{20})\.json$/;
const CHECKPOINT = /^(\d{20})\.checkpoint\./;

/**
 * Where the log of a table can be played from: undefined for its first commit, or the earliest version whose commits are gone and after which
 * none is missing up to `latest`.
 */
export async function logStart(
  table: DeltaTable,
  storage: Storage,
  latest: number,
  signal: AbortSignal | undefined,
): Promise<TableSnapshot | undefined> {
  const commits = new Set<number>();
  const checkpoints = new Set<number>();
  for await (const { name } of storage.list('_delta_log', { signal })) {
    const [commit, checkpoint] = [COMMIT.exec(name)?.[1], CHECKPOINT.exec(name)?.[1]];
    if (commit !== undefined) commits.add(Number(commit));
    if (checkpoint !== undefined) checkpoints.add(Number(checkpoint));
  }
  let first = latest;
  while (first > 0 && commits.has(first - 1)) first -= 1;
  if (first === 0) return undefined;
  const candidates = [...checkpoints].filter((version) => version >= first - 1 && version <= latest);
  let fault: unknown;
  for (const version of candidates.sort((left, right) => left - right)) {
    try {
      return await table.snapshot({ version }, { signal });
    } catch (error) {
      // A checkpoint may be broken; a later one says as much of the newest version.
      if (!(error instanceof DeltaError) || signal?.aborted === true) throw error;
      fault ??= error;
    }
  }
  if (fault !== undefined) throw fault;
  return table.snapshot({ version: latest }, { signal });
}
