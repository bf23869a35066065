/**
 * Builds what `npm start` runs, as far as it is stale: Nx compares sources and lock with its cache. One line per finished
 * build on standard error; the builders' own output only when one of them fails.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const PROJECTS = ['api', 'web', 'local'];
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;

console.error(`Building what is stale: ${PROJECTS.join(', ')}`);
const nx = spawn(
  process.execPath,
  ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'build', '-p', PROJECTS.join(','), '--output-style=static'],
  { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FORCE_COLOR: '0' } },
);

const output = [];
const follow = (stream) =>
  createInterface({ input: stream }).on('line', (line) => {
    output.push(line);
    // Nx prints a task's whole output when it ends, under this heading; one that came from the cache says so.
    const task = /^> nx run (\w+):build(.*)$/.exec(line);
    if (task) console.error(`  ${task[1]}: ${/cache/.test(task[2]) ? 'up to date' : 'finished'} (${seconds()})`);
  });
follow(nx.stdout);
follow(nx.stderr);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => nx.kill(signal));
nx.once('close', (status, signal) => {
  if (status === 0) return;
  if (signal === null) console.error(output.join('\n'));
  process.exitCode = status ?? 1;
});
