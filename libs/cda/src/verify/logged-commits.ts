import { TableCorrupt, type Storage } from '@lakescope/delta';
import { decoded } from './folder-files';

/** Commits read ahead of the one that is looked at. */
const READ_AHEAD = 8;

/** An `add` or `remove` of a commit. */
export interface LoggedFile {
  /** Decoded, and otherwise as it stands in the log. */
  readonly path: string;
  readonly sizeBytes: number | undefined;
  /** As the statistics tell. */
  readonly rows: bigint | undefined;
  readonly changesData: boolean;
  readonly hasVector: boolean;
}

/** What verification needs to know of one commit. */
export interface LoggedCommit {
  readonly version: number;
  /** Epoch milliseconds of the writer's clock. */
  readonly timestamp: number | undefined;
  readonly operation: string | undefined;
  /** Batches by application. */
  readonly batches: ReadonlyMap<string, bigint>;
  readonly added: readonly LoggedFile[];
  readonly removed: readonly LoggedFile[];
}

/**
 * The commits of a table from a version on, in their order, read from the files themselves and by no cache or checkpoint. TableCorrupt when one
 * is not JSON.
 */
export async function* loggedCommits(
  storage: Storage,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LoggedCommit> {
  const ahead: Promise<LoggedCommit>[] = [];
  for (let version = from; version <= to || ahead.length > 0;) {
    while (ahead.length < READ_AHEAD && version <= to) {
      const commit = read(storage, version, signal);
      // Whoever waits for an earlier one hears of it when it is its turn.
      commit.catch(() => undefined);
      ahead.push(commit);
      version += 1;
    }
    const next = await ahead.shift();
    if (next !== undefined) yield next;
  }
}

async function read(storage: Storage, version: number, signal: AbortSignal | undefined): Promise<LoggedCommit> {
  const path = `_delta_log/${String(version).padStart(20, '0')}.json`;
  const text = Buffer.from(await storage.read(path, { signal })).toString('utf8');
  const batches = new Map<string, bigint>();
  const added: LoggedFile[] = [];
  const removed: LoggedFile[] = [];
  let info: Fields | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const action = parse(line, path);
    const [txn, add, remove] = [fields(action['txn']), fields(action['add']), fields(action['remove'])];
    info ??= fields(action['commitInfo']);
    if (typeof txn?.['appId'] === 'string' && Number.isSafeInteger(txn['version'])) {
      batches.set(txn['appId'], BigInt(Number(txn['version'])));
    }
    if (add !== undefined) added.push(asFile(add));
    if (remove !== undefined) removed.push(asFile(remove));
  }
  const { timestamp, operation } = info ?? {};
  return {
    version,
    timestamp: typeof timestamp === 'number' ? timestamp : undefined,
    operation: typeof operation === 'string' ? operation : undefined,
    batches,
    added,
    removed,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parse(line: string, path: string): Fields {
  try {
    return fields(JSON.parse(line)) ?? {};
  } catch (cause) {
    throw new TableCorrupt({ message: `${path} has a line that is no JSON`, missing: path, cause });
  }
}

function fields(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function asFile(action: Fields): LoggedFile {
  const { path, size, stats, dataChange, deletionVector } = action;
  const rows = typeof stats === 'string' ? /"numRecords"\s*:\s*(\d+)/.exec(stats)?.[1] : undefined;
  return {
    path: decoded(typeof path === 'string' ? path : ''),
    sizeBytes: typeof size === 'number' ? size : undefined,
    rows: rows === undefined ? undefined : BigInt(rows),
    changesData: dataChange !== false,
    hasVector: fields(deletionVector) !== undefined,
  };
}
