import { InvalidRequest, StorageNotFound } from '../errors';
import type { Storage } from '../storage/storage';
import { compareBytes, joinPath } from '../storage/storage-path';

/** A table found below a folder. */
export interface DiscoveredTable {
  /** Relative to the storage root; '' is the root itself. */
  path: string;
  name: string;
}

/** How deep and how far a search for tables goes. */
export interface DiscoverOptions {
  /** Folders below the root to look into; 0 looks at the root alone. */
  maxDepth?: number;
  limit?: number;
  cursor?: string;
  signal?: AbortSignal;
}

const DEFAULT_DEPTH = 5;
const DEFAULT_LIMIT = 100;

/**
 * Every folder below the root that holds a `_delta_log`, in the order of a walk by name. Hidden folders are left out,
 * and a table is not searched for further tables: its folders are partitions.
 */
export async function discoverTables(
  storage: Storage,
  options: DiscoverOptions = {},
): Promise<{ items: DiscoveredTable[]; next: string | undefined }> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const maxDepth = options.maxDepth ?? DEFAULT_DEPTH;
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidRequest('limit must be a whole number above 0');
  if (!Number.isInteger(maxDepth) || maxDepth < 0) throw new InvalidRequest('maxDepth must be a whole number from 0');
  const items: DiscoveredTable[] = [];
  for await (const path of walk(storage, '', maxDepth, options)) {
    if (items.length === limit) return { items, next: items.at(-1)?.path };
    const name = path === '' ? storage.location : path;
    items.push({ path, name: name.slice(name.lastIndexOf('/') + 1) });
  }
  return { items, next: undefined };
}

async function* walk(
  storage: Storage,
  directory: string,
  depth: number,
  options: DiscoverOptions,
): AsyncGenerator<string> {
  options.signal?.throwIfAborted();
  const children: string[] = [];
  try {
    for await (const entry of storage.list(directory, { signal: options.signal })) {
      if (entry.isDirectory) children.push(entry.name);
    }
  } catch (error) {
    // A folder may vanish during a long walk; only the root's absence is an answer of its own.
    if (error instanceof StorageNotFound && directory !== '') return;
    throw error;
  }
  if (children.includes('_delta_log')) {
    if (options.cursor === undefined || comparePaths(directory, options.cursor) > 0) yield directory;
    return;
  }
  if (depth === 0) return;
  for (const name of children) {
    const path = joinPath(directory, name);
    if (name.startsWith('.') || name === '_delta_log' || isBehind(path, options.cursor)) continue;
    yield* walk(storage, path, depth - 1, options);
  }
}

/** The order of the walk: folder by folder, not the order of the joined texts. */
function comparePaths(left: string, right: string): number {
  const rightParts = right.split('/');
  for (const [index, part] of left.split('/').entries()) {
    const other = rightParts[index];
    if (other === undefined) return 1;
    const order = compareBytes(part, other);
    if (order !== 0) return order;
  }
  return left.split('/').length - rightParts.length;
}

/** Whether everything below this folder was already given out before the cursor. */
function isBehind(path: string, cursor: string | undefined): boolean {
  if (cursor === undefined) return false;
  const start = cursor.split('/').slice(0, path.split('/').length).join('/');
  return comparePaths(path, start) < 0;
}
