import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, type Stats } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** From this age on a file that has not got its name is nobody's, whoever began it: what is written changes all the time. */
const ABANDONED_MS = 24 * 3_600_000;
/** With who writes it; earlier versions left that out. */
const UNFINISHED = /^\.tmp-(?:([\da-f]{8})-(\d{1,10})-)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** With the machine at any boot, and when the process began, which tells those apart that had the same number. */
const OWNER = /^([\da-f]{8})-(\d{1,10})-([\da-f]{8})-(\d{1,20})-/;

/** Where a process is. */
export interface Here {
  /** Where the number of a process means one process: of a container only inside of it, and of each boot until the next. */
  readonly machine: string;
  /** The same at any boot. Volumes may be shared by machines that have all of it in common. */
  readonly host: string;
  /** When this process began, or `0`. */
  readonly start: string;
}

let known: Here | undefined;

/** The name of a file for as long as it is not finished. It tells which process writes it. */
export function unfinishedName(): string {
  return `.tmp-${here().machine}-${process.pid}-${randomUUID()}`;
}

/**
 * Removes what processes that were killed left unfinished in a folder: files of this machine whose process is gone, and files of others that
 * nobody has written to for a day. Where the kernel tells one boot from the next (Linux), those from before it are files of others. What cannot
 * be looked at or removed stays.
 */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const unfinished = UNFINISHED.exec(name);
    if (unfinished === null) continue;
    const [, machine, pid] = unfinished;
    const path = join(folder, name);
    const facts = await lstat(path).catch(ofOthers);
    if (facts === undefined) continue;
    if (ageOf(facts) > ABANDONED_MS || isDead(machine, pid)) await rm(path, { force: true }).catch(ofOthers);
  }
}

/**
 * Makes a folder for this process and this account alone, which is to remove it at its end, and removes those of this account whose processes
 * were killed before that: at once, or after a day those from before the machine was started. `prefix` is what the names of the same use begin
 * with.
 */
export async function makeOwnFolder(parent: string, prefix: string): Promise<string> {
  const { machine, host, start } = here();
  for (const name of await namesIn(parent)) {
    const owner = name.startsWith(prefix) ? OWNER.exec(name.slice(prefix.length)) : null;
    if (owner === null) continue;
    const path = join(parent, name);
    const facts = await lstat(path).catch(ofOthers);
    // Anybody may make one of such a name in the temporary folder; into one of ours nobody else can put anything.
    if (facts === undefined || !isOurs(facts)) continue;
    const isOfEarlierBoot = owner[1] !== machine && owner[3] === host;
    const isAbandoned = isOfEarlierBoot ? ageOf(facts) > ABANDONED_MS : isDead(owner[1], owner[2], owner[4]);
    if (isAbandoned) await rm(path, { recursive: true, force: true }).catch(ofOthers);
  }
  return mkdtemp(join(parent, `${prefix}${machine}-${process.pid}-${host}-${start}-`));
}

function here(): Here {
  known ??= placeOf(read(readFileSync, '/proc/sys/kernel/random/boot_id'));
  return known;
}

/** Where this process is, on a machine whose boot has this id; undefined where boots have none. */
export function placeOf(boot: string | undefined): Here {
  const host = [hostname(), read(readFileSync, '/etc/machine-id'), read(readlinkSync, '/proc/self/ns/pid')];
  return { machine: digest([...host, boot]), host: digest(host), start: startOfProcess() };
}

function digest(facts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 8);
}

/**
 * Ticks from the boot to the start of this process, by the kernel: the same in all its threads, whatever clocks do meanwhile. `0` where it does
 * not tell. Field 22 of proc_pid_stat(5); the second, in brackets, may hold anything.
 */
function startOfProcess(): string {
  const stat = read(readFileSync, '/proc/self/stat') ?? '';
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return /^\d{1,20}$/.test(ticks) ? ticks : '0';
}

function read(by: (path: string, encoding: 'utf8') => string, path: string): string | undefined {
  try {
    return by(path, 'utf8');
  } catch {
    // Not every system has it.
    return undefined;
  }
}

/** Whether it is sure that a process is no more. */
function isDead(machine: string | undefined, pid: string | undefined, start?: string): boolean {
  if (machine !== here().machine || pid === undefined) return false;
  // One of before had our number: in a container that is started again it is always the same.
  if (Number(pid) === process.pid) return start !== undefined && start !== here().start;
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

/** Milliseconds since it was written to or made: a copy may keep the time of what was copied, never that of its own making. */
function ageOf({ mtimeMs, ctimeMs }: Stats): number {
  return Date.now() - Math.max(mtimeMs, ctimeMs);
}

/** A folder, no link to one, and of this account where there are accounts. */
function isOurs(facts: Stats): boolean {
  const account = process.geteuid?.();
  return facts.isDirectory() && (account === undefined || facts.uid === account);
}

/** What may not be looked at or removed is somebody else's, and in nobody's way. */
function ofOthers(): undefined {
  return undefined;
}
