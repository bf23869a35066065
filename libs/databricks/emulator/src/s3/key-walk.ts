import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../state/error-code';
import { compareKeys } from './object-key';

/** Which keys a listing still wants. It changes while the walk goes on: what is skipped is then not even looked into. */
export interface WantedKeys {
  readonly prefix: string;
  /** Keys up to this one are left out. */
  readonly after: string;
  /** All keys that begin so are left out: they are told of by one common prefix. */
  skip: string | undefined;
}

interface Folder {
  /** When the folder last changed, in nanoseconds. */
  readonly modified: bigint;
  readonly names: readonly string[];
}

/** Folders of so many names are worth remembering between the pages of a listing. */
const LARGE = 1000;
const MOST_REMEMBERED = 2;
/** Clocks of file systems tick slower than files are made: only a folder that was left alone for so long is remembered. */
const SETTLED_MS = 1000;

/** Goes through the files below a folder in the order of a listing. Folders are read one at a time. */
export class KeyWalk {
  private readonly remembered = new Map<string, Folder>();

  async *keys(folder: string, keyPrefix: string, wanted: WantedKeys): AsyncGenerator<string> {
    for (const name of await this.childrenOf(folder)) {
      const key = keyPrefix + name;
      if (name.endsWith('/')) {
        if (mayHold(key, wanted)) yield* this.keys(join(folder, name.slice(0, -1)), key, wanted);
      } else if (isWanted(key, wanted)) yield key;
    }
  }

  /** Names in order, those of folders with `/` at the end: so they sort as the keys below them do. */
  private async childrenOf(folder: string): Promise<readonly string[]> {
    try {
      const { mtimeNs: modified } = statSync(folder, { bigint: true });
      const known = this.remembered.get(folder);
      if (known?.modified === modified) return known.names;
      const now = Date.now();
      const names = await readSorted(folder);
      this.remembered.delete(folder);
      if (names.length >= LARGE && now - Number(modified / 1_000_000n) > SETTLED_MS) {
        this.remembered.set(folder, { modified, names });
        const [oldest] = this.remembered.keys();
        if (this.remembered.size > MOST_REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
      }
      return names;
    } catch (error) {
      // Removed since it was seen, or never there.
      if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return [];
      throw error;
    }
  }
}

export function isWanted(key: string, { prefix, after, skip }: WantedKeys): boolean {
  return (
    key.startsWith(prefix) &&
    (after === '' || compareKeys(key, after) > 0) &&
    !(skip !== undefined && key.startsWith(skip))
  );
}

function mayHold(folder: string, { prefix, after, skip }: WantedKeys): boolean {
  if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) return false;
  if (skip !== undefined && folder.startsWith(skip)) return false;
  return after === '' || after.startsWith(folder) || compareKeys(folder, after) > 0;
}

async function readSorted(folder: string): Promise<string[]> {
  const names: string[] = [];
  let isPlain = true;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    // Links, pipes and sockets are no objects.
    if (!entry.isDirectory() && !entry.isFile()) continue;
    names.push(entry.isDirectory() ? `${entry.name}/` : entry.name);
    isPlain &&= !/[\ud800-\udfff]/.test(entry.name);
  }
  // Without characters beyond U+FFFF the order of strings is the one wanted, and much faster.
  return isPlain ? names.sort() : names.sort(compareKeys);
}
