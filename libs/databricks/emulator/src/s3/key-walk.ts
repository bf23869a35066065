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

/** The keys of the files below a folder, in the order of a listing. Folders are read one at a time. */
export async function* walkKeys(folder: string, keyPrefix: string, wanted: WantedKeys): AsyncGenerator<string> {
  const names = await childrenOf(folder);
  for (const name of names) {
    const key = keyPrefix + name;
    if (name.endsWith('/')) {
      if (mayHold(key, wanted)) yield* walkKeys(join(folder, name), key, wanted);
    } else if (isWanted(key, wanted)) yield key;
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

/** Names in order, those of folders with `/` at the end: so they sort as the keys below them do. */
async function childrenOf(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names: string[] = [];
    for (const entry of entries) {
      // Links, pipes and sockets are no objects.
      if (entry.isDirectory()) names.push(`${entry.name}/`);
      else if (entry.isFile()) names.push(entry.name);
    }
    return names.sort(compareKeys);
  } catch (error) {
    // Removed since it was seen, or never there.
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}
