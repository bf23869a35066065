import { appendFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../state/error-code';
import { GatheredWrites } from '../state/gathered-writes';
import type { ChecksumName } from './checksums';

/** What an upload says about an object beside its bytes. */
export interface ObjectAttributes {
  /** Header names in lower case, as they are answered: `content-type`, `cache-control`, `x-amz-meta-...`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: { readonly name: ChecksumName; readonly value: string };
}

/** Which file it is: an entry of the index counts only for the very file it was written for. */
export interface FileIdentity {
  readonly size: number;
  /** Nanoseconds, as a string of digits. */
  readonly modified: string;
  readonly inode: string;
}

export interface IndexEntry extends FileIdentity, ObjectAttributes {
  readonly key: string;
  readonly etag: string;
  /** The key can be no path, so its file lies aside. */
  readonly aside: boolean;
}

type Line = IndexEntry | { readonly key: string; readonly deleted: true };

/** Lines that say nothing any more, before the file is written anew. */
const MOST_STALE_LINES = 20_000;
const MOST_UNDECIDED = 8;

/**
 * ETags and headers of the objects of one bucket: one file to which every change adds a line, and a map in memory. A line is
 * added before its file gets its name, so an acknowledged upload is never without; after a kill in between, the line is of
 * no file and the one before it still counts. A line that was torn by a kill is passed over.
 */
export class ObjectIndex {
  /** Oldest first; more than one only while it is not known which of them got its name. */
  private readonly entries = new Map<string, IndexEntry[]>();
  private asideKeys: readonly string[] | undefined;
  private lines = 0;
  private unwritten = '';
  private isClosed = false;
  private readonly writes = new GatheredWrites(() => this.writeOut());

  private constructor(
    private readonly file: string,
    private handle: FileHandle,
  ) {}

  static async open(file: string): Promise<ObjectIndex> {
    await mkdir(dirname(file), { recursive: true });
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return '';
      throw error;
    });
    const index = new ObjectIndex(file, await open(file, 'a', 0o600));
    for (const line of text.split('\n')) index.remember(parse(line));
    // After a torn line the next one must not continue it.
    if (text !== '' && !text.endsWith('\n')) await index.handle.appendFile('\n');
    return index;
  }

  /** The entry written for this very file. */
  find(key: string, file: FileIdentity): IndexEntry | undefined {
    return this.entries
      .get(key)
      ?.findLast(
        ({ size, modified, inode }) => size === file.size && modified === file.modified && inode === file.inode,
      );
  }

  hasAside(key: string): boolean {
    return this.entries.get(key)?.some(({ aside }) => aside) === true;
  }

  /** Keys that may have a file aside, in no order. */
  keysAside(): readonly string[] {
    this.asideKeys ??= [...this.entries.keys()].filter((key) => this.hasAside(key));
    return this.asideKeys;
  }

  /** Keys of which it is not known which upload got its name. */
  undecidedKeys(): readonly string[] {
    return [...this.entries].filter(([, lines]) => lines.length > 1).map(([key]) => key);
  }

  /** Settles when the line is in the file; until `settleOn` the entries before it stay. */
  add(entry: IndexEntry): Promise<void> {
    this.remember(entry);
    return this.append(entry);
  }

  /** From now on this is the only entry of its key. */
  settleOn(entry: IndexEntry): void {
    this.entries.set(entry.key, [entry]);
    this.asideKeys = undefined;
  }

  remove(key: string): Promise<void> {
    if (!this.entries.has(key)) return Promise.resolve();
    const line = { key, deleted: true } as const;
    this.remember(line);
    return this.append(line);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.writes.settle();
    await this.handle.close();
  }

  private remember(line: Line | undefined): void {
    if (line === undefined) return;
    this.lines += 1;
    const before = this.entries.get(line.key);
    if ('deleted' in line) this.entries.delete(line.key);
    else if (before === undefined) this.entries.set(line.key, [line]);
    else before.push(line);
    if ('deleted' in line || line.aside) this.asideKeys = undefined;
  }

  /** Lines that come while others are being written go into the file together. */
  private append(line: Line): Promise<void> {
    // Of a request whose connection was cut: the number of the file may be another's by now.
    if (this.isClosed) return Promise.reject(new Error('The index is closed'));
    this.unwritten += `${JSON.stringify(line)}\n`;
    return this.writes.request();
  }

  private async writeOut(): Promise<void> {
    const text = this.unwritten;
    this.unwritten = '';
    if (this.lines <= 2 * this.entries.size + MOST_STALE_LINES) return appendFileSync(this.handle.fd, text);
    // Of many lines of one key only uploads under way count, and they are the last ones.
    const kept = [...this.entries.values()].flatMap((lines) => lines.slice(-MOST_UNDECIDED));
    const fresh = await open(`${this.file}.new`, 'w', 0o600);
    await fresh.writeFile(kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    await fresh.close();
    await rename(`${this.file}.new`, this.file);
    await this.handle.close();
    this.handle = await open(this.file, 'a', 0o600);
    // Counted as if nothing were stale, so that the next time is as far away.
    this.lines = Math.min(kept.length, this.entries.size);
  }
}

function parse(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<IndexEntry> | null;
    return typeof line?.key === 'string' ? (line as Line) : undefined;
  } catch {
    // Torn by a kill: its upload was never acknowledged.
    return undefined;
  }
}
