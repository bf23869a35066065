import { IngestionRefused } from '../errors';
import type { IngestionFailure } from '../run/run-options';
import { isName } from '../source/paths';

/** A schema of a table: the name of its folder, and when it was in force, which orders them and bounds nothing. */
export interface ManifestFingerprint {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly order: bigint;
}

/** One entry of a manifest whose parts are what they should be. */
export interface ManifestTable {
  readonly table: string;
  /** `lastSuccessfulWriteTimestamp`: no folder after it may be read. Epoch milliseconds. */
  readonly fence: number;
  /** Rows of all time as the writer counts them; only good for comparing tables. */
  readonly recordsCount: bigint;
  readonly dataFilesPath: string;
  /** In the order of their history. */
  readonly fingerprints: readonly ManifestFingerprint[];
}

/** An entry that cannot be used, with what is wrong with it. */
export interface RejectedEntry {
  /** Fit for a message. */
  readonly table: string;
  /** As the manifest has it. */
  readonly name: string;
  readonly failure: IngestionFailure;
}

export interface Manifest {
  readonly tables: readonly ManifestTable[];
  readonly rejected: readonly RejectedEntry[];
}

const TABLE_NAME = /^[a-z0-9_]{1,200}$/;
const MILLISECONDS = /^\d{1,15}$/;
/** Names that begin so are hidden from readers of tables, and `_delta_log` is one of them. */
const HIDDEN = /^[._]/;
const LONGEST_NAME = 200;
const MOST_FINGERPRINTS = 10_000;

/** Reads `manifest.json`. Bad entries are told one by one; IngestionRefused when it is no manifest at all. */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const entries = entriesOf(bytes, path);
  const tables: ManifestTable[] = [];
  const rejected: RejectedEntry[] = [];
  for (const [table, entry] of entries) {
    const read = tableOf(table, entry);
    if (typeof read !== 'string') tables.push(read);
    else rejected.push({ table: shown(table), name: table, failure: badEntry(read) });
  }
  return { tables, rejected };
}

function entriesOf(bytes: Uint8Array, path: string): [string, unknown][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), exactNumbers);
  } catch (cause) {
    throw unreadable(`${path} is no JSON`, cause);
  }
  const record = recordOf(parsed);
  if (record === undefined) throw unreadable(`${path} is no manifest: it must be one object, keyed by table`);
  return Object.entries(record);
}

/** Counts may pass 2^53, so numbers are kept as they are written. */
function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? context.source : value;
}

/** The entry, or what is wrong with it. */
function tableOf(table: string, entry: unknown): ManifestTable | string {
  if (!TABLE_NAME.test(table)) return 'its name has other characters than a-z, 0-9 and _';
  const fields = recordOf(entry);
  if (fields === undefined) return 'it is no object';
  const fence = fields['lastSuccessfulWriteTimestamp'];
  if (typeof fence !== 'string' || !MILLISECONDS.test(fence)) {
    return `lastSuccessfulWriteTimestamp is ${shown(fence)}, and not milliseconds`;
  }
  const { dataFilesPath } = fields;
  if (typeof dataFilesPath !== 'string' || dataFilesPath === '') return 'dataFilesPath is missing';
  const records = fields['totalProcessedRecordsCount'];
  const fingerprints = fingerprintsOf(fields['schemaHistory']);
  if (typeof fingerprints === 'string') return fingerprints;
  return {
    table,
    fence: Number(fence),
    // Nothing is decided by it, so that one that is no number is none.
    recordsCount: typeof records === 'string' && /^\d{1,30}$/.test(records) ? BigInt(records) : 0n,
    dataFilesPath,
    fingerprints,
  };
}

function fingerprintsOf(history: unknown): ManifestFingerprint[] | string {
  const record = recordOf(history ?? {});
  if (record === undefined) return 'schemaHistory is no object';
  const entries = Object.entries(record);
  if (entries.length > MOST_FINGERPRINTS) return `schemaHistory has ${entries.length} fingerprints`;
  const fingerprints: ManifestFingerprint[] = [];
  for (const [name, order] of entries) {
    if (!isName(name) || HIDDEN.test(name) || name.length > LONGEST_NAME) {
      return `the fingerprint ${shown(name)} is not the name of a folder`;
    }
    if (typeof order !== 'string' || !MILLISECONDS.test(order)) {
      return `the fingerprint ${shown(name)} has the time ${shown(order)}, and not milliseconds`;
    }
    fingerprints.push({ name, order: BigInt(order) });
  }
  return fingerprints.sort((left, right) => Number(left.order - right.order) || (left.name < right.name ? -1 : 1));
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  const isRecord = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

/** Whatever a manifest holds, fit for a message. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return TABLE_NAME.test(text) ? text : JSON.stringify(text.slice(0, 100));
}

function badEntry(reason: string): IngestionFailure {
  return {
    code: 'MANIFEST_ENTRY',
    message: `The manifest's entry of the table cannot be used: ${reason}`,
    advice: 'Have the manifest written again, or leave the table out by `exclude`.',
  };
}

function unreadable(message: string, cause?: unknown): IngestionRefused {
  return new IngestionRefused('MANIFEST_UNREADABLE', message, 'Name the manifest.json that CDA writes.', { cause });
}
