import type { LogListing } from '../log/log-listing';

/** What lies in a table's log, without reading any of it. */
export interface LogSummary {
  commits: number;
  /** Of all files directly in the log's folder. */
  sizeBytes: number;
  latestVersion: number;
  /** The earliest version that can be read; undefined when a gap leaves none. */
  earliestVersion: number | undefined;
  /** The newest checkpoint at or before the version asked for. */
  checkpoint: { version: number; modifiedAt: Date; sizeBytes: number; parts: number } | undefined;
}

export function logSummary(listing: LogListing, version: number): LogSummary {
  const newest = listing.checkpoints.find((checkpoint) => checkpoint.version <= version);
  return {
    commits: listing.commits.size,
    sizeBytes: listing.sizeBytes,
    latestVersion: listing.latest ?? version,
    earliestVersion: listing.earliestReconstructable,
    checkpoint: newest && {
      version: newest.version,
      modifiedAt: new Date(Math.max(...newest.parts.map(({ modifiedAt }) => modifiedAt))),
      sizeBytes: newest.parts.reduce((total, part) => total + part.sizeBytes, 0),
      parts: newest.parts.length,
    },
  };
}
