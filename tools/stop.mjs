// Ends what `npm start` or `npm run dev` left running on a state folder; with --reset it also deletes what the folder keeps.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isRunning } from './processes.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { state: { type: 'string' }, reset: { type: 'boolean' } } });
const state = values.state === undefined ? join(root, '.lakescope') : resolve(values.state);

// `npm run dev` first: it would start the launcher again.
const stopped = (await end('dev.json')) + (await end('launcher.json'));
console.log(stopped > 0 ? 'Stopped.' : `Nothing is running on ${state}.`);
if (values.reset) reset();

async function end(file) {
  const noted = read(file);
  if (noted === undefined) return 0;
  let ended = 0;
  // The API outlives a launcher that was killed.
  for (const one of [noted, ...(noted.apis ?? [])]) {
    // Asked one by one: a launcher takes its API along.
    if (!isRunning(one)) continue;
    process.kill(one.pid, 'SIGTERM');
    for (let waited = 0; isRunning(one) && waited < 20_000; waited += 50) await delay(50);
    if (isRunning(one)) process.kill(one.pid, 'SIGKILL');
    ended += 1;
  }
  rmSync(join(state, file), { force: true });
  return ended;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(join(state, file), 'utf8'));
  } catch {
    return undefined;
  }
}

function reset() {
  if (!existsSync(state)) return;
  if (!readdirSync(state).includes('lakescope-state.json')) {
    console.error(`${state} is not a state folder of Lakescope; it stays as it is.`);
    process.exit(1);
  }
  endPostgres();
  rmSync(state, { recursive: true });
  console.log(`Deleted ${state}.`);
}

/** A database server that outlived a killed launcher would keep the deleted files open. */
function endPostgres() {
  const data = join(state, 'postgres/data');
  try {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (isRunning({ pid, program: data })) process.kill(pid, 'SIGINT');
  } catch {
    // No lock file, no server.
  }
}
