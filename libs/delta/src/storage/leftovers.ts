import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** From this age on a file that has not got its name is nobody's, whoever began it: what is written changes all the time. */
const ABANDONED_MS = 24 * 3_600_000;
/** With who writes it; earlier versions left that out. */
const UNFINISHED = /^\.tmp-(?:([\da-f]{8})-(\d{1,10})-)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const OWNER = /^([\da-f]{8})-(\d{1,10})-/;

let known: string | undefined;

/** The name of a file for as long as it is not finished. It tells which process writes it. */
export function unfinishedName(): string {
  return `.tmp-${owner()}-${randomUUID()}`;
}

/**
 * Removes what processes that were killed left unfinished in a folder: files of this machine whose process is gone, and files of others that
 * nobody has written to for a day. What cannot be looked at or removed stays.
 */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const unfinished = UNFINISHED.exec(name);
    if (unfinished === null) continue;
    const [, machine, pid] = unfinished;
    const path = join(folder, name);
    const age = await ageOf(path);
    if (age === undefined) continue;
    if (age > ABANDONED_MS || isDead(machine, pid, age)) await rm(path, { force: true }).catch(ofOthers);
  }
}

/**
 * Makes a folder for this process and this account alone, which is to remove it at its end, and removes those of processes that were killed
 * before that. `prefix` is what the names of the same use begin with.
 */
export async function makeOwnFolder(parent: string, prefix: string): Promise<string> {
  for (const name of await namesIn(parent)) {
    const [, machine, pid] = (name.startsWith(prefix) && OWNER.exec(name.slice(prefix.length))) || [];
    if (machine === undefined) continue;
    const path = join(parent, name);
    const age = await ageOf(path);
    if (age === undefined || !isDead(machine, pid, age)) continue;
    await rm(path, { recursive: true, force: true }).catch(ofOthers);
  }
  return mkdtemp(join(parent, `${prefix}${owner()}-`));
}

function owner(): string {
  return `${thisMachine()}-${process.pid}`;
}

/** Where the number of a process means this process: of a container only inside of it. */
function thisMachine(): string {
  known ??= createHash('sha256')
    .update(
      JSON.stringify([hostname(), read(readFileSync, '/etc/machine-id'), read(readlinkSync, '/proc/self/ns/pid')]),
    )
    .digest('hex')
    .slice(0, 8);
  return known;
}

function read(by: (path: string, encoding: 'utf8') => string, path: string): string | undefined {
  try {
    return by(path, 'utf8');
  } catch {
    // Not every system has it.
    return undefined;
  }
}

/** Whether it is sure that the process is no more which wrote something so many milliseconds ago. */
function isDead(machine: string | undefined, pid: string | undefined, age: number): boolean {
  if (machine !== thisMachine() || pid === undefined) return false;
  // One of before had our number.
  if (Number(pid) === process.pid) return age > process.uptime() * 1000;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Milliseconds since it was written to; undefined when it is gone. */
async function ageOf(path: string): Promise<number | undefined> {
  const facts = await lstat(path).catch(() => undefined);
  return facts === undefined ? undefined : Date.now() - facts.mtimeMs;
}

/** What may not be removed is somebody else's, and in nobody's way. */
function ofOthers(): void {
  return undefined;
}
