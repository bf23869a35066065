// `npm run restart-replicas [-- --state DIR]`: has the launcher of a state folder restart the processes of its API one after another,
// and waits until that is done. What runs afterwards is what is built now.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isRunning } from './processes.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { state: { type: 'string' } } });
const state = values.state === undefined ? join(root, '.lakescope') : resolve(values.state);

const launcher = read();
if (launcher === undefined || !isRunning(launcher)) fail(`Nothing is running on ${state}. Start it with "npm start".`);
if (!existsSync(join(state, 'endpoints.json'))) fail('It is still starting: what is built now runs then anyway.');
if (process.platform === 'win32') fail('Windows has no signal for this. Stop with "npm run stop" and start again.');

const isUnderway = launcher.restart?.state === 'running';
const number = (launcher.restart?.number ?? 0) + (isUnderway ? 0 : 1);
if (isUnderway) console.log('A restart is under way already; waiting for it.');
else process.kill(launcher.pid, 'SIGUSR2');

let said;
for (;;) {
  const { restart } = read() ?? {};
  if (restart?.number === number) {
    if (restart.detail !== said) console.log((said = restart.detail));
    if (restart.state !== 'running') process.exit(restart.state === 'done' ? 0 : 1);
  }
  if (!isRunning(launcher)) fail('The launcher has ended meanwhile.');
  await delay(100);
}

function read() {
  try {
    return JSON.parse(readFileSync(join(state, 'launcher.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
