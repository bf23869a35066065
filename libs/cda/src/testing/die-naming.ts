import files from 'node:fs';
import promises from 'node:fs/promises';

/** The finished file that this process dies before naming, from 1; the second argument of the program. */
const last = Number(process.argv[3] ?? Infinity);
let named = 0;

function dieAtLast(): void {
  named += 1;
  if (named === last) process.kill(process.pid, 'SIGKILL');
}

/** All ways in which a file that is written gets its name: imported before what uses them, they die in the middle of a write. */
const { link, rename } = files;
const renameLater = promises.rename;
files.link = Object.assign((...args: Parameters<typeof link>) => {
  dieAtLast();
  link(...args);
}, link);
files.rename = Object.assign((...args: Parameters<typeof rename>) => {
  dieAtLast();
  rename(...args);
}, rename);
promises.rename = (...args) => {
  dieAtLast();
  return renameLater(...args);
};
