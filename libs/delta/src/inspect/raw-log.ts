import { InvalidRequest, VersionNotFound } from '../errors';
import { LOG_DIRECTORY, type LogEntry, type LogListing } from '../log/log-listing';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import { ActionCutter } from './action-cutter';

/** Read at once of a commit; also what of a commit is held in memory besides the page that is answered. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Of one action; the rest of a longer one is counted and left out. */
const ACTION_BYTES = 256 * 1024;
/** Of one page: it ends early rather than grow beyond. */
const PAGE_BYTES = 4 * 1024 * 1024;
const DEFAULT_LIMIT = 100;

/** An action as it stands in the log. */
export interface RawAction {
  /** What it is by its own name: `add`, `commitInfo`, ...; `unreadable` where the log holds something else. */
  kind: string;
  /** Its JSON, byte for byte; only the beginning when `isCut`. */
  text: string;
  /** Of the whole action. */
  sizeBytes: number;
  isCut: boolean;
}

/** Actions of a commit in the order they stand in. */
export interface RawLogPage {
  actions: RawAction[];
  /** Actions of the commit. */
  total: number;
  /** Where the next page begins; undefined at the end. */
  nextOffset: number | undefined;
}

/** Which page of the actions of a commit is wanted. */
export interface RawLogOptions {
  offset?: number;
  limit?: number;
  signal?: AbortSignal;
}

/**
 * The actions of one commit as they were written, whether this library can read them or not. However large the commit and its lines are,
 * only a part of it is in memory. VersionNotFound when its file is not, or no longer, there.
 */
export async function readRawLog(
  storage: Storage,
  listing: LogListing,
  version: number,
  options: RawLogOptions = {},
): Promise<RawLogPage> {
  const offset = options.offset ?? 0;
  const limit = options.limit ?? DEFAULT_LIMIT;
  if (!Number.isSafeInteger(offset) || offset < 0) throw new InvalidRequest('offset must be a whole number from 0');
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidRequest('limit must be a whole number from 1');
  const page: RawAction[] = [];
  let pageBytes = 0;
  let isFull = false;
  const cutter = new ActionCutter(ACTION_BYTES, (index, piece) => {
    if (index < offset || page.length === limit || isFull) return;
    const cut = piece();
    // At least one, so that every page gets on.
    const bytes = Buffer.byteLength(cut.text);
    if (page.length > 0 && pageBytes + bytes > PAGE_BYTES) {
      isFull = true;
      return;
    }
    pageBytes += bytes;
    page.push({ kind: kindOf(cut.text), ...cut });
  });
  for await (const chunk of chunks(storage, commitEntry(listing, version), options.signal)) cutter.write(chunk);
  const total = cutter.end();
  const next = offset + page.length;
  return { actions: page, total, nextOffset: next < total && page.length > 0 ? next : undefined };
}

/** The version checksum beside a commit, as it was written; undefined when there is none. */
export async function readRawChecksum(
  storage: Storage,
  version: number,
  signal: AbortSignal | undefined,
): Promise<RawAction | undefined> {
  const path = joinPath(LOG_DIRECTORY, `${String(version).padStart(20, '0')}.crc`);
  const found = await storage.head(path, { signal });
  if (found === undefined) return undefined;
  const { sizeBytes } = found;
  const length = Math.min(sizeBytes, ACTION_BYTES);
  const bytes = length === 0 ? new Uint8Array() : await storage.read(path, { range: { offset: 0, length }, signal });
  // The end of the range may lie in the middle of a character.
  const text = new TextDecoder().decode(bytes, { stream: true });
  return { kind: 'checksum', text, sizeBytes, isCut: length < sizeBytes };
}

function commitEntry(listing: LogListing, version: number): LogEntry {
  const entry = listing.commits.get(version);
  if (entry !== undefined) return entry;
  const latest = listing.latest ?? 0;
  let earliest = latest;
  for (const known of listing.commits.keys()) earliest = Math.min(earliest, known);
  throw new VersionNotFound({ requested: version, earliest, latest });
}

async function* chunks(
  storage: Storage,
  { name, sizeBytes }: LogEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const path = joinPath(LOG_DIRECTORY, name);
  for (let offset = 0; offset < sizeBytes; offset += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const length = Math.min(CHUNK_BYTES, sizeBytes - offset);
    yield await storage.read(path, { range: { offset, length }, signal });
  }
}

function kindOf(text: string): string {
  return /^\{\s*"([A-Za-z][A-Za-z0-9_.-]{0,63})"\s*:/.exec(text)?.[1] ?? 'unreadable';
}
