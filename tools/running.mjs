import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The state folder that the arguments name, or the default one. */
export function stateDirectory(args) {
  const named = args.findIndex((argument) => argument === '--state');
  const joined = args.find((argument) => argument.startsWith('--state='))?.slice('--state='.length);
  return resolve(joined ?? (named >= 0 ? args[named + 1] : undefined) ?? '.lakescope');
}

/** The process that a pid file in the state folder names, while it is still that program. */
export function running(state, file) {
  const path = join(state, file);
  if (!existsSync(path)) return undefined;
  try {
    const { pid, program } = JSON.parse(readFileSync(path, 'utf8'));
    return commandOf(pid).includes(program) ? pid : undefined;
  } catch {
    // Half a file, or no such process any more: nothing of ours runs.
    return undefined;
  }
}

/** Asks a process to end, and ends it when it does not within 20 s. */
export async function stopProcess(pid) {
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; isAlive(pid); waited += 100) {
    if (waited === 20_000) process.kill(pid, 'SIGKILL');
    await delay(100);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function commandOf(pid) {
  const procfs = `/proc/${pid}/cmdline`;
  return existsSync(procfs)
    ? readFileSync(procfs, 'utf8').replaceAll('\0', ' ')
    : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}
