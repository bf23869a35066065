import type { CompactionEntry, LogEntry, LogListing } from '../log-listing';

/** One file to apply in replay, and the version the state has after it. */
export interface ReplayStep {
  entry: LogEntry;
  to: number;
}

/**
 * The files that lead from version `from` to version `to`, both included, with as few as there can be: a log compaction
 * stands for all the commits of its range (PROTOCOL.md, "Log Compaction Files"). Undefined when no chain of files gets
 * there.
 */
export function replayPath(listing: LogListing, from: number, to: number): ReplayStep[] | undefined {
  const compactions = inRange(listing.compactions, from, to);
  return compactions.size === 0 ? commitsBetween(listing, from, to) : shortest(listing, compactions, from, to);
}

/** The commits of versions `from` to `to`, both included; undefined when one of them is not there. */
export function commitsBetween(listing: LogListing, from: number, to: number): ReplayStep[] | undefined {
  const steps: ReplayStep[] = [];
  for (let version = from; version <= to; version += 1) {
    const entry = listing.commits.get(version);
    if (entry === undefined) return undefined;
    steps.push({ entry, to: version });
  }
  return steps;
}

/** From the end backwards, because a long compaction may end where the next commit is gone. */
function shortest(
  listing: LogListing,
  compactions: ReadonlyMap<number, readonly CompactionEntry[]>,
  from: number,
  to: number,
): ReplayStep[] | undefined {
  const next = new Map<number, { step: ReplayStep; files: number }>();
  const filesFrom = (version: number): number | undefined => (version > to ? 0 : next.get(version)?.files);
  for (let version = to; version >= from; version -= 1) {
    const commit = listing.commits.get(version);
    const candidates: ReplayStep[] = [...(compactions.get(version) ?? [])].map((entry) => ({ entry, to: entry.to }));
    if (commit !== undefined) candidates.push({ entry: commit, to: version });
    for (const step of candidates) {
      const files = filesFrom(step.to + 1);
      const best = next.get(version);
      if (files !== undefined && (best === undefined || files + 1 < best.files)) {
        next.set(version, { step, files: files + 1 });
      }
    }
  }
  const steps: ReplayStep[] = [];
  for (let version = from; version <= to;) {
    const found = next.get(version);
    if (found === undefined) return undefined;
    steps.push(found.step);
    version = found.step.to + 1;
  }
  return steps;
}

function inRange(
  compactions: readonly CompactionEntry[],
  from: number,
  to: number,
): ReadonlyMap<number, CompactionEntry[]> {
  const byStart = new Map<number, CompactionEntry[]>();
  for (const compaction of compactions) {
    if (compaction.from < from || compaction.to > to) continue;
    byStart.set(compaction.from, [...(byStart.get(compaction.from) ?? []), compaction]);
  }
  return byStart;
}
