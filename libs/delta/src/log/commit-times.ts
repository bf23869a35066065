import { asNumber, type JsonRecord } from '../json/lossless-json';
import type { LogListing } from './log-listing';

export interface CommitTime {
  timestamp: Date;
  source: 'in-commit' | 'file';
}

/**
 * The file times of all commits in a listing, made strictly monotonic as the protocol's readers do: a copy that lost
 * its times must not make a later version look older.
 */
export function fileTimes(listing: LogListing): ReadonlyMap<number, number> {
  const known = computed.get(listing);
  if (known !== undefined) return known;
  const times = new Map<number, number>();
  let previous = Number.NEGATIVE_INFINITY;
  for (const version of [...listing.commits.keys()].sort((left, right) => left - right)) {
    const modified = listing.commits.get(version)?.modifiedAt ?? 0;
    const time = modified <= previous ? previous + 1 : modified;
    times.set(version, time);
    previous = time;
  }
  computed.set(listing, times);
  return times;
}

/** A listing never changes, and one of twenty thousand commits is looked at often. */
const computed = new WeakMap<LogListing, ReadonlyMap<number, number>>();

/** When a version was committed: by the commit itself where in-commit timestamps are on, else by its file. */
export function commitTime(
  listing: LogListing,
  times: ReadonlyMap<number, number>,
  version: number,
  commitInfo: JsonRecord | undefined,
): CommitTime {
  const inCommit = inCommitTimestamp(commitInfo);
  if (inCommit !== undefined) return { timestamp: new Date(inCommit), source: 'in-commit' };
  const checkpoint = listing.checkpoints.find((candidate) => candidate.version === version);
  const time = times.get(version) ?? checkpoint?.parts[0]?.modifiedAt ?? 0;
  return { timestamp: new Date(time), source: 'file' };
}

/** Writers put it into a commit only while the feature is on. */
export function inCommitTimestamp(commitInfo: JsonRecord | undefined): number | undefined {
  return asNumber(commitInfo?.['inCommitTimestamp']);
}

/** From which version and time on commits carry their own time; undefined where the feature is off. */
export function inCommitStart(
  properties: Readonly<Record<string, string>>,
): { version: number; timestamp: number } | undefined {
  if (properties['delta.enableInCommitTimestamps']?.toLowerCase() !== 'true') return undefined;
  return {
    version: Number(properties['delta.inCommitTimestampEnablementVersion'] ?? 0),
    timestamp: Number(properties['delta.inCommitTimestampEnablementTimestamp'] ?? Number.NEGATIVE_INFINITY),
  };
}
