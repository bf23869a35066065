import { DeltaError, TableCorrupt } from '../errors';
import type { DeltaTable } from '../table/delta-table';
import type { Snapshot } from '../table/snapshot';
import { crossCheck } from '../version-checksum/cross-check';
import type { HealthFinding, HealthSeverity } from './health-finding';
import { HEALTH_RULES } from './health-rules';
import type { LogSummary } from './log-summary';
import { missingFiles } from './missing-files';

/** Files looked for at most: each is a request to the storage. */
const MOST_CHECKED = 10_000;

const WORST_FIRST: readonly HealthSeverity[] = ['bad', 'warning', 'info'];

/** What was found, the worst of it first in one word. */
export interface TableHealth {
  version: number;
  /** `good` when nothing worse than worth knowing was found. */
  status: 'good' | 'warning' | 'bad';
  findings: HealthFinding[];
  /** Data files that were looked for; undefined when nobody asked. */
  checkedFiles: number | undefined;
  /** What the findings about the log go by. */
  log: LogSummary;
}

/** How far a look at the health of a table goes. */
export interface HealthOptions {
  /** The table as a statement names it: `catalog.schema.table`, or delta.`/path`. */
  name: string;
  /** Whether to look for every data file, up to 10,000. */
  checkFiles?: boolean;
  /** What retention is counted back from; this moment if left out. */
  now?: Date;
  signal?: AbortSignal;
}

/** What the log, and on request the storage, say about the state a table is in. Works for tables whose rows cannot be read, too. */
export async function tableHealth(table: DeltaTable, snapshot: Snapshot, options: HealthOptions): Promise<TableHealth> {
  const { signal, name } = options;
  const facts = {
    name,
    snapshot,
    summary: await snapshot.fileSummary({ signal }),
    log: await table.logSummary(snapshot.version, { signal }),
    tombstones: await snapshot.tombstones({ now: options.now, signal }),
    rows: await rows(snapshot, signal),
    checksumDifferences: await checksumDifferences(table, snapshot, signal),
    files: options.checkFiles === true ? await missingFiles(snapshot, table.storage, MOST_CHECKED, signal) : undefined,
  };
  const found = HEALTH_RULES.flatMap((rule) => rule(facts) ?? []).sort(
    (left, right) => WORST_FIRST.indexOf(left.severity) - WORST_FIRST.indexOf(right.severity),
  );
  const has = (severity: HealthFinding['severity']): boolean => found.some((finding) => finding.severity === severity);
  return {
    version: snapshot.version,
    status: has('bad') ? 'bad' : has('warning') ? 'warning' : 'good',
    findings: found,
    checkedFiles: facts.files?.checked,
    log: facts.log,
  };
}

async function rows(snapshot: Snapshot, signal: AbortSignal | undefined): Promise<bigint | undefined> {
  if (snapshot.unsupportedReaderFeatures.length > 0) return undefined;
  try {
    return (await snapshot.countRows({ signal })).rows;
  } catch (error) {
    // A file that cannot be opened is found by looking for files; the rest of the table is told all the same.
    if (error instanceof DeltaError && ['TABLE_CORRUPT', 'UNSUPPORTED_TABLE_FEATURE'].includes(error.code))
      return undefined;
    throw error;
  }
}

async function checksumDifferences(
  table: DeltaTable,
  snapshot: Snapshot,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  try {
    const checksum = await table.checksum(snapshot.version, { signal });
    return checksum === undefined ? [] : crossCheck(snapshot, checksum);
  } catch (error) {
    if (error instanceof TableCorrupt) return [error.message];
    throw error;
  }
}
