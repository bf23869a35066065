import type { FileSummary, Snapshot, Tombstones } from '../table/snapshot';
import type { HealthFinding } from './health-finding';
import type { LogSummary } from './log-summary';
import type { FileCheck } from './missing-files';

/** Everything the rules look at. */
export interface HealthFacts {
  snapshot: Snapshot;
  summary: FileSummary;
  log: LogSummary;
  tombstones: Tombstones;
  /** Undefined where the rows cannot be counted. */
  rows: bigint | undefined;
  /** Where the version checksum and the log disagree; empty when they do not, or there is none. */
  checksumDifferences: readonly string[];
  /** Undefined when nobody asked to look. */
  files: FileCheck | undefined;
  /** The table as a statement names it. */
  name: string;
}

export type HealthRule = (facts: HealthFacts) => HealthFinding | undefined;

/** Fewer are not worth a rewrite. */
const FEW_SMALL_FILES = 16;
const MANY_SMALL_FILES = 10_000;
/** A partition so many times larger than the mean slows down what reads all of them. */
const SKEW = 10;
const SKEW_BYTES = 128 * 1024 ** 2;
/** Spark writes a checkpoint after so many commits unless the table says otherwise. */
const CHECKPOINT_INTERVAL = 10;
const OLD_CHECKPOINT = 100;
const VERY_OLD_CHECKPOINT = 1_000;
const LONG_LOG = 10_000;
const LONG_LOG_BYTES = 1024 ** 3;
/** Percent of all rows. */
const MANY_DELETED = 10;

export const HEALTH_RULES: readonly HealthRule[] = [
  missingDataFiles,
  checksumMismatch,
  absolutePaths,
  smallFiles,
  manyDeletedRows,
  partitionSkew,
  missingStats,
  oldCheckpoint,
  expiredTombstones,
  longLog,
];

function missingDataFiles({ files, name }: HealthFacts): HealthFinding | undefined {
  if (files === undefined || files.missing + files.resized === 0) return undefined;
  const { checked, missing, resized, examples } = files;
  return {
    code: 'MISSING_FILES',
    severity: 'bad',
    title: 'Data files are missing or have another size',
    detail: `Of ${count(checked)} files that were looked for, ${count(missing)} are not there and ${count(resized)} have another size than the log says.`,
    advice:
      'Reads that need these files fail. Restore them from a copy of the storage; if there is none, take them out of the log, which gives their rows up. A VACUUM with too short a retention and deletions by hand are the usual reasons.',
    statement: `FSCK REPAIR TABLE ${name} DRY RUN;`,
    facts: { checked, missing, resized, examples },
  };
}

function checksumMismatch({ checksumDifferences: differences, snapshot }: HealthFacts): HealthFinding | undefined {
  if (differences.length === 0) return undefined;
  return {
    code: 'CHECKSUM_MISMATCH',
    severity: 'bad',
    title: 'The log and its version checksum disagree',
    detail: `${differences.slice(0, 5).join('. ')}.`,
    advice: `Somebody has changed the log by hand, or a checkpoint is wrong. Compare version ${snapshot.version} with the versions before it in the history, and write nothing more until it is clear which of the two is right.`,
    facts: { version: snapshot.version, differences: [...differences] },
  };
}

/** Files outside of the table's folder belong to another table, whose VACUUM knows nothing of this one. */
function absolutePaths({ summary, snapshot }: HealthFacts): HealthFinding | undefined {
  const { absolutePaths: files } = summary;
  if (files === 0) return undefined;
  return {
    code: 'ABSOLUTE_PATHS',
    severity: 'warning',
    title: 'Files lie outside of the table',
    detail: `${count(files)} of ${count(snapshot.numFiles)} files are named by an absolute path, as after a shallow clone or a conversion.`,
    advice:
      'They may belong to another table. VACUUM there can delete them, and then this table cannot be read. Before that table is vacuumed or dropped, copy the rows: CREATE TABLE ... DEEP CLONE, or CREATE TABLE ... AS SELECT.',
    facts: { files, num_files: snapshot.numFiles },
  };
}

/** Every partition keeps at least one file, however small, so those do not count. */
function smallFiles({ summary, snapshot, name }: HealthFacts): HealthFinding | undefined {
  const spare = summary.smallFiles - summary.partitionCount;
  if (spare < FEW_SMALL_FILES || summary.smallFiles * 2 < snapshot.numFiles) return undefined;
  const mean = snapshot.sizeBytes / BigInt(Math.max(1, snapshot.numFiles));
  return {
    code: 'SMALL_FILES',
    severity: summary.smallFiles >= MANY_SMALL_FILES ? 'bad' : 'warning',
    title: 'Many small files',
    detail: `${count(summary.smallFiles)} of ${count(snapshot.numFiles)} files are smaller than 16 MiB; the mean is ${bytes(mean)}.`,
    advice: 'Each file costs a reader a request and a footer. Put them together, and let writers commit less often.',
    statement: `OPTIMIZE ${name};`,
    facts: { small_files: summary.smallFiles, num_files: snapshot.numFiles, mean_bytes: mean.toString() },
  };
}

function manyDeletedRows({ summary, rows, name }: HealthFacts): HealthFinding | undefined {
  const { deletedRows } = summary;
  if (rows === undefined || deletedRows === 0n) return undefined;
  const percent = Number((deletedRows * 1_000n) / (rows + deletedRows)) / 10;
  if (percent < MANY_DELETED) return undefined;
  return {
    code: 'MANY_DELETED_ROWS',
    severity: 'warning',
    title: 'Many rows are marked as deleted',
    detail: `${count(deletedRows)} rows (${percent} % of those in the files) are hidden by deletion vectors in ${count(summary.withDeletionVector)} files.`,
    advice:
      'Readers read these rows and throw them away, and what was deleted is still in the files. Rewrite the files without them; VACUUM removes the old ones after the retention.',
    statement: `REORG TABLE ${name} APPLY (PURGE);`,
    facts: {
      deleted_rows: deletedRows.toString(),
      rows: rows.toString(),
      percent,
      files: summary.withDeletionVector,
    },
  };
}

function partitionSkew({ summary, snapshot }: HealthFacts): HealthFinding | undefined {
  const [largest] = summary.partitions;
  if (largest === undefined || summary.partitionCount < 2) return undefined;
  const mean = snapshot.sizeBytes / BigInt(summary.partitionCount);
  if (largest.bytes < SKEW_BYTES || largest.bytes < mean * BigInt(SKEW)) return undefined;
  return {
    code: 'PARTITION_SKEW',
    severity: 'warning',
    title: 'One partition is much larger than the others',
    detail: `The largest of ${count(summary.partitionCount)} partitions has ${bytes(largest.bytes)}, the mean is ${bytes(mean)}.`,
    advice:
      'What reads or rewrites the large partition waits for a few tasks. Partition by a column whose values are spread more evenly, or cluster the table instead of partitioning it.',
    facts: {
      partitions: summary.partitionCount,
      largest: largest.values,
      largest_bytes: largest.bytes.toString(),
      mean_bytes: mean.toString(),
    },
  };
}

function missingStats({ summary, snapshot, name }: HealthFacts): HealthFinding | undefined {
  if (summary.withoutStats === 0) return undefined;
  return {
    code: 'MISSING_STATS',
    severity: summary.withoutStats * 10 >= snapshot.numFiles ? 'warning' : 'info',
    title: 'Files without statistics',
    detail: `${count(summary.withoutStats)} of ${count(snapshot.numFiles)} files tell no number of rows.`,
    advice: 'Readers cannot skip these files, whatever they look for, and count their rows by opening them.',
    statement: `ANALYZE TABLE ${name} COMPUTE DELTA STATISTICS;`,
    facts: { without_stats: summary.withoutStats, num_files: snapshot.numFiles },
  };
}

function oldCheckpoint({ log, snapshot, name }: HealthFacts): HealthFinding | undefined {
  const { checkpoint } = log;
  const since = snapshot.version - (checkpoint?.version ?? -1);
  const interval = Number(snapshot.metadata.properties['delta.checkpointInterval'] ?? CHECKPOINT_INTERVAL);
  const isSlow = Number.isFinite(interval) && interval > OLD_CHECKPOINT;
  if (since <= OLD_CHECKPOINT) return undefined;
  return {
    code: 'OLD_CHECKPOINT',
    severity: since > VERY_OLD_CHECKPOINT ? 'bad' : 'warning',
    title: checkpoint === undefined ? 'The table has no checkpoint' : 'The checkpoint is old',
    detail: `${count(since)} commits have to be read ${checkpoint === undefined ? 'to open the table' : `on top of the checkpoint of version ${checkpoint.version}`}.`,
    advice: isSlow
      ? `The table asks for a checkpoint after every ${interval} commits only. Ask for more of them.`
      : 'The writers of this table make no checkpoints, or fail to. A commit by Spark or Databricks makes one when it is due.',
    ...(isSlow ? { statement: `ALTER TABLE ${name} SET TBLPROPERTIES ('delta.checkpointInterval' = '10');` } : {}),
    facts: {
      commits_since_checkpoint: since,
      checkpoint_version: checkpoint?.version ?? null,
      checkpoint_at: checkpoint?.modifiedAt.toISOString() ?? null,
    },
  };
}

function expiredTombstones({ tombstones, snapshot, name }: HealthFacts): HealthFinding | undefined {
  const { expired } = tombstones;
  if (expired.count === 0) return undefined;
  return {
    code: 'EXPIRED_TOMBSTONES',
    severity: expired.bytes > snapshot.sizeBytes ? 'warning' : 'info',
    title: 'Removed files are past their retention',
    detail: `The log still names ${count(expired.count)} removed files (${bytes(expired.bytes)}) that no reader may need any more.`,
    advice:
      'They cost storage until they are deleted. Look first what would go, with DRY RUN at the end; versions that need them cannot be read afterwards.',
    statement: `VACUUM ${name};`,
    facts: { files: expired.count, bytes: expired.bytes.toString() },
  };
}

function longLog({ log, name }: HealthFacts): HealthFinding | undefined {
  if (log.commits <= LONG_LOG && log.sizeBytes <= LONG_LOG_BYTES) return undefined;
  return {
    code: 'LONG_LOG',
    severity: 'info',
    title: 'The log is long',
    detail: `${count(log.commits)} commits and ${bytes(BigInt(log.sizeBytes))} lie in the log.`,
    advice:
      'Every reader lists all of it. Writers clean up what is older than the retention when they make a checkpoint; a shorter one lets less history be kept.',
    statement: `ALTER TABLE ${name} SET TBLPROPERTIES ('delta.logRetentionDuration' = 'interval 30 days');`,
    facts: { commits: log.commits, bytes: String(log.sizeBytes) },
  };
}

function count(number: number | bigint): string {
  return number.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function bytes(size: bigint): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = Number(size);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
