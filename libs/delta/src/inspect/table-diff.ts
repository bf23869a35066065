import { DeltaError } from '../errors';
import type { Actions } from '../log/actions';
import type { Snapshot, TableProtocol } from '../table/snapshot';
import type { TableSnapshot } from '../table/table-snapshot';
import { comparedFiles, NamedFiles, type FileChanges } from './file-changes';
import { schemaDiff, type SchemaDiff } from './schema-diff';

/** Beyond so many commits the files of both versions are compared instead. */
const MOST_COMMITS = 1_000;
const READ_AHEAD = 16;

/** What differs between the properties of two versions. */
export interface PropertiesDiff {
  added: Record<string, string>;
  removed: Record<string, string>;
  changed: Record<string, { before: string; after: string }>;
}

/** What differs between two versions of a table. */
export interface TableDiff {
  from: { version: number; timestamp: Date };
  to: { version: number; timestamp: Date };
  schema: SchemaDiff;
  properties: PropertiesDiff;
  /** Undefined when both are the same. */
  protocol: { before: TableProtocol; after: TableProtocol } | undefined;
  files: FileChanges;
  /** Undefined where the rows of a version cannot be counted exactly. */
  rows: { before: bigint | undefined; after: bigint | undefined };
  /** Between the two. */
  commits: number;
}

export interface DiffSource {
  from: TableSnapshot;
  to: TableSnapshot;
  /** Undefined when the file of the commit is no longer there. */
  commit: (version: number) => Promise<Actions | undefined>;
  signal: AbortSignal | undefined;
}

export async function diffSnapshots(source: DiffSource): Promise<TableDiff> {
  const { from, to, signal } = source;
  return {
    from: { version: from.version, timestamp: from.timestamp },
    to: { version: to.version, timestamp: to.timestamp },
    schema: schemaDiff(from.schema, to.schema),
    properties: propertiesDiff(from.metadata.properties, to.metadata.properties),
    protocol: isSame(from.protocol, to.protocol) ? undefined : { before: from.protocol, after: to.protocol },
    files: from.version <= to.version ? await fileChanges(source) : reversed(await fileChanges(swapped(source))),
    rows: { before: await exactRows(from, signal), after: await exactRows(to, signal) },
    commits: Math.abs(to.version - from.version),
  };
}

async function fileChanges({ from, to, commit, signal }: DiffSource): Promise<FileChanges> {
  const named = await namedFiles(from.version, to.version, commit, signal);
  return named === undefined ? comparedFiles(from, to, signal) : named.changesSince(from, signal);
}

/** Undefined when a commit is missing, or there are too many. */
async function namedFiles(
  from: number,
  to: number,
  commit: DiffSource['commit'],
  signal: AbortSignal | undefined,
): Promise<NamedFiles | undefined> {
  if (to - from > MOST_COMMITS) return undefined;
  const named = new NamedFiles();
  for (let next = from + 1; next <= to; next += READ_AHEAD) {
    signal?.throwIfAborted();
    const versions = Array.from({ length: Math.min(READ_AHEAD, to - next + 1) }, (_, index) => next + index);
    for (const actions of await Promise.all(versions.map(commit))) {
      if (actions === undefined) return undefined;
      named.apply(actions);
    }
  }
  return named;
}

function swapped({ from, to, ...rest }: DiffSource): DiffSource {
  return { from: to, to: from, ...rest };
}

function reversed({ added, removed, addedBytes, removedBytes }: FileChanges): FileChanges {
  return { added: removed, removed: added, addedBytes: removedBytes, removedBytes: addedBytes };
}

/** Rows are one fact among many: where they cannot be counted the other facts stay true. */
async function exactRows(snapshot: Snapshot, signal: AbortSignal | undefined): Promise<bigint | undefined> {
  if (snapshot.unsupportedReaderFeatures.length > 0) return undefined;
  try {
    const { rows, exact } = await snapshot.countRows({ signal });
    return exact ? rows : undefined;
  } catch (error) {
    if (error instanceof DeltaError) return undefined;
    throw error;
  }
}

function propertiesDiff(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): PropertiesDiff {
  const was = new Map(Object.entries(before));
  const is = new Map(Object.entries(after));
  const both = [...was].flatMap(([name, value]) => {
    const now = is.get(name);
    return now === undefined || now === value ? [] : [[name, { before: value, after: now }] as const];
  });
  return {
    added: Object.fromEntries([...is].filter(([name]) => !was.has(name))),
    removed: Object.fromEntries([...was].filter(([name]) => !is.has(name))),
    changed: Object.fromEntries(both),
  };
}

function isSame(one: TableProtocol, other: TableProtocol): boolean {
  const text = ({ minReaderVersion, minWriterVersion, readerFeatures, writerFeatures }: TableProtocol): string =>
    JSON.stringify([minReaderVersion, minWriterVersion, [...readerFeatures].sort(), [...writerFeatures].sort()]);
  return text(one) === text(other);
}
