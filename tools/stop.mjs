/** `npm run stop [-- --state DIR]`: stops what `start` or `dev` left running; `--reset` then deletes the state folder. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { running, stateDirectory, stopProcess } from './running.mjs';

const state = stateDirectory(process.argv.slice(2));
let stopped = 0;
for (const file of ['dev.json', 'launcher.json']) {
  const pid = running(state, file);
  if (pid === undefined) continue;
  await stopProcess(pid);
  stopped++;
}
console.log(stopped > 0 ? 'Stopped.' : `Nothing was running on ${state}.`);

if (process.argv.includes('--reset') && existsSync(state)) {
  // Only a folder that the launcher made is deleted.
  if (!existsSync(join(state, 'lakescope-state.json'))) {
    console.error(`${state} is not a state folder of Lakescope, so it stays.`);
    process.exit(1);
  }
  rmSync(state, { recursive: true });
  console.log(`Deleted ${state}.`);
}
