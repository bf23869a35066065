import { InvalidRequest, TableCorrupt, VersionNotFound } from '../errors';
import { asBigInt, asBoolean, asNumber, asRecord, asText, asTextMap } from '../json/lossless-json';
import type { Actions, LogFile, RemovedFile } from '../log/actions';
import { commitTime, fileTimes, inCommitTimestamp } from '../log/commit-times';
import type { LogEntry, LogListing } from '../log/log-listing';
import type { LogReader } from '../log/log-reader';
import { inParallel, statedRows } from '../preview/row-counts';
import type { Storage } from '../storage/storage';
import type { HistoryEntry, HistoryPage } from './snapshot';

const DEFAULT_LIMIT = 50;
const READ_AHEAD = 16;

export interface HistoryOptions {
  limit?: number;
  /** Only versions below this one. */
  before?: number;
  signal?: AbortSignal;
}

/** Reads history from the commits alone, so it also works where old ones were cleaned up. */
export async function readHistory(
  log: LogReader,
  storage: Storage,
  listing: LogListing,
  options: HistoryOptions,
): Promise<HistoryPage> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const before = options.before ?? Number.POSITIVE_INFINITY;
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidRequest('limit must be a whole number from 1');
  if (Number.isNaN(before)) throw new InvalidRequest('before must be a version');
  // One more than is shown tells whether there are more.
  const entries = newestFirst(listing, before, limit + 1);
  const times = fileTimes(listing);
  const items = await inParallel(entries.slice(0, limit), READ_AHEAD, async (entry): Promise<HistoryEntry> => {
    const actions = await log.commit(storage, entry, options.signal);
    const time = commitTime(listing, times, entry.version, actions.commitInfo);
    const schemaChanged = await changesSchema(log, storage, listing, entry.version, actions, options.signal);
    return { ...historyEntry(entry.version, time.timestamp, actions), schemaChanged };
  });
  return { items, next: entries.length > limit ? items.at(-1)?.version : undefined };
}

/** Commits stand in the order of their versions; of twenty thousand only the last few are looked at. */
function newestFirst(listing: LogListing, before: number, count: number): LogEntry[] {
  const all = [...listing.commits.values()];
  const entries: LogEntry[] = [];
  for (let index = all.length - 1; index >= 0 && entries.length < count; index -= 1) {
    const entry = all[index];
    if (entry !== undefined && entry.version < before) entries.push(entry);
  }
  return entries;
}

function historyEntry(version: number, timestamp: Date, actions: Actions): Omit<HistoryEntry, 'schemaChanged'> {
  const info = actions.commitInfo ?? {};
  const metrics = asTextMap(info['operationMetrics']);
  return {
    version,
    timestamp,
    inCommitTimestamp: date(inCommitTimestamp(info)),
    commitTimestamp: date(asNumber(info['timestamp'])),
    operation: asText(info['operation']),
    operationParameters: asRecord(info['operationParameters']) ?? {},
    operationMetrics: metrics,
    userName: asText(info['userName']),
    userId: asText(info['userId']),
    engineInfo: asText(info['engineInfo']),
    readVersion: asNumber(info['readVersion']),
    isolationLevel: asText(info['isolationLevel']),
    isBlindAppend: asBoolean(info['isBlindAppend']),
    userMetadata: asText(info['userMetadata']),
    notebook: asRecord(info['notebook']),
    job: asRecord(info['job']),
    clusterId: asText(info['clusterId']),
    ...changes(actions, metrics),
  };
}

/** A metadata action may only change a property, so its schema is compared with that of the version before. */
async function changesSchema(
  log: LogReader,
  storage: Storage,
  listing: LogListing,
  version: number,
  actions: Actions,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (actions.metadata === undefined) return false;
  if (version === 0) return true;
  try {
    const before = await log.state(storage, listing, version - 1, signal);
    return before.metadata?.schemaString !== actions.metadata.schemaString;
  } catch (error) {
    // The version before was cleaned up: what it looked like is not known any more.
    if (error instanceof VersionNotFound || error instanceof TableCorrupt) return true;
    throw error;
  }
}

/** Operations whose `numOutputRows` counts added rows and nothing else. */
const PURE_WRITES: ReadonlySet<string> = new Set(['WRITE', 'STREAMING UPDATE', 'CREATE TABLE AS SELECT']);

/** Computed from the actions, which are the truth; the writer's metrics only help where files tell no row count. */
function changes(
  actions: Actions,
  metrics: Record<string, string>,
): Pick<HistoryEntry, 'filesAdded' | 'filesRemoved' | 'bytesAdded' | 'bytesRemoved' | 'rowsAdded' | 'rowsRemoved'> {
  return {
    filesAdded: actions.added.length,
    filesRemoved: actions.removed.length,
    bytesAdded: sum(actions.added.map((file) => BigInt(file.sizeBytes))) ?? 0n,
    bytesRemoved: sum(actions.removed.map((file) => BigInt(file.sizeBytes ?? 0))) ?? 0n,
    ...rowChanges(actions, metrics),
  };
}

/**
 * A file that is removed and added again under its path stays, with another deletion vector: what changed is the number
 * of rows that the vector hides, whether the files tell their row counts or not.
 */
function rowChanges(
  actions: Actions,
  metrics: Record<string, string>,
): Pick<HistoryEntry, 'rowsAdded' | 'rowsRemoved'> {
  const removedByPath = new Map(actions.removed.map((file) => [file.path, file]));
  const added: (bigint | undefined)[] = [];
  const removed: (bigint | undefined)[] = [];
  for (const file of actions.added) {
    const before = removedByPath.get(file.path);
    if (before === undefined) {
      added.push(liveRows(file));
      continue;
    }
    removedByPath.delete(file.path);
    const hidden = hiddenRows(file) - hiddenRows(before);
    if (hidden >= 0n) removed.push(hidden);
    else added.push(-hidden);
  }
  removed.push(...[...removedByPath.values()].map(liveRows));
  return { rowsAdded: sum(added) ?? writtenRows(actions, metrics), rowsRemoved: sum(removed) };
}

function hiddenRows(file: LogFile | RemovedFile): bigint {
  return file.deletionVector?.cardinality ?? 0n;
}

function liveRows(file: LogFile | RemovedFile): bigint | undefined {
  const rows = statedRows(file);
  return rows === undefined ? undefined : rows - hiddenRows(file);
}

function writtenRows(actions: Actions, metrics: Record<string, string>): bigint | undefined {
  const isPureWrite = PURE_WRITES.has(asText(actions.commitInfo?.['operation']) ?? '');
  return isPureWrite ? asBigInt(metrics['numOutputRows']) : undefined;
}

/** One unknown part makes the whole unknown. */
function sum(parts: readonly (bigint | undefined)[]): bigint | undefined {
  let total = 0n;
  for (const part of parts) {
    if (part === undefined) return undefined;
    total += part;
  }
  return total;
}

function date(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}
