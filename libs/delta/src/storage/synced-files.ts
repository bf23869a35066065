import files from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unfinishedName } from './leftovers';

/** How a finished file gets its name: `link` fails with EEXIST where there is one already, `rename` takes its place. */
export type FinishedFile = 'link' | 'rename';

/** Calls of the file system, of either kind. */
interface FileCalls {
  open(path: string, flags: 'r' | 'wx'): number | Promise<number>;
  write(file: number, bytes: Uint8Array): void | Promise<void>;
  close(file: number): void | Promise<void>;
  link(from: string, to: string): void | Promise<void>;
  rename(from: string, to: string): void | Promise<void>;
  unlink(path: string): void | Promise<void>;
}

const BY_THREAD_POOL: FileCalls = {
  open: promisify<string, string, number>(files.open),
  write: promisify<number, Uint8Array>(files.writeFile),
  close: promisify(files.close),
  link: promisify(files.link),
  rename: promisify(files.rename),
  unlink: promisify(files.unlink),
};

const BLOCKING: FileCalls = {
  open: files.openSync,
  write: files.writeFileSync,
  close: files.closeSync,
  link: files.linkSync,
  rename: files.renameSync,
  unlink: files.unlinkSync,
};

/**
 * Creates a file that is whole whenever it is seen, and is on the disk under its name before this resolves. Fails with the errors of the file
 * system, and then leaves nothing behind that has not got the name.
 */
export function writeSynced(target: string, bytes: Uint8Array, by: FinishedFile): Promise<void> {
  return write(BY_THREAD_POOL, target, bytes, by);
}

/**
 * Does what `writeSynced` does by calls that block, but for the two that wait for the disk: each call by way of the thread pool takes longer than what it does,
 * while other files can be written as long as the disk is waited for.
 */
export function writeInPlace(target: string, bytes: Uint8Array, by: FinishedFile): Promise<void> {
  return write(BLOCKING, target, bytes, by);
}

/** Makes a folder and those above it that are not there; all of them are on the disk before this resolves. */
export async function makeSynced(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Brings the names in a folder to the disk. */
export function syncFolder(folder: string): Promise<void> {
  return synced(BY_THREAD_POOL, folder);
}

async function write(calls: FileCalls, target: string, bytes: Uint8Array, by: FinishedFile): Promise<void> {
  // In the same folder: names are only given within a file system.
  const temporary = join(dirname(target), unfinishedName());
  const file = await calls.open(temporary, 'wx');
  let isThere = true;
  try {
    try {
      await calls.write(file, bytes);
      await onDisk(file);
    } finally {
      await calls.close(file);
    }
    await calls[by](temporary, target);
    isThere = by === 'link';
  } finally {
    if (isThere) await calls.unlink(temporary);
  }
  await synced(calls, dirname(target));
}

async function synced(calls: FileCalls, folder: string): Promise<void> {
  const file = await calls.open(folder, 'r');
  try {
    await onDisk(file);
  } finally {
    await calls.close(file);
  }
}

/** Never blocks: other files can be written as long as the disk is waited for. */
function onDisk(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    files.fsync(file, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}
