import { randomUUID } from 'node:crypto';
import { closeSync, constants, fsync, linkSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** How a finished file gets its name: `link` fails with EEXIST where there is one already, `rename` takes its place. */
export type FinishedFile = 'link' | 'rename';

const onDisk = promisify(fsync);

/**
 * Creates a file that is whole whenever it is seen, and is on the disk under its name before this resolves. Fails with the errors of the file
 * system, and then leaves nothing behind that has not got the name.
 */
export async function writeSynced(target: string, bytes: Uint8Array, by: FinishedFile): Promise<void> {
  const temporary = temporaryFor(target);
  let isThere = true;
  try {
    const file = await open(temporary, 'wx').catch((error: unknown) => {
      isThere = false;
      throw error;
    });
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await (by === 'link' ? link : rename)(temporary, target);
    isThere = by === 'link';
  } finally {
    if (isThere) await unlink(temporary);
  }
  await syncFolder(dirname(target));
}

/** Makes a folder and those above it that are not there; all of them are on the disk before this resolves. */
export async function makeSynced(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Does what `writeSynced` does by calls that block, but for the two that wait for the disk: each call by way of the thread pool takes longer than what it does,
 * while other files can be written as long as the disk is waited for.
 */
export async function writeInPlace(target: string, bytes: Uint8Array, by: FinishedFile): Promise<void> {
  const temporary = temporaryFor(target);
  const file = openSync(temporary, 'wx');
  let isThere = true;
  try {
    try {
      writeFileSync(file, bytes);
      await onDisk(file);
    } finally {
      closeSync(file);
    }
    (by === 'link' ? linkSync : renameSync)(temporary, target);
    isThere = by === 'link';
  } finally {
    if (isThere) unlinkSync(temporary);
  }
  const folder = openSync(dirname(target), constants.O_RDONLY);
  try {
    await onDisk(folder);
  } finally {
    closeSync(folder);
  }
}

/** In the same folder: names are only given within a file system. */
function temporaryFor(target: string): string {
  return join(dirname(target), `.tmp-${randomUUID()}`);
}
