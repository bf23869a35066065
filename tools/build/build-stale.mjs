// Builds what `npm start` runs, as far as its sources changed: Nx decides and takes the rest from its cache.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const projects = process.argv.slice(2).join(',') || 'api,web,local';
const from = performance.now();
const seconds = () => ((performance.now() - from) / 1000).toFixed(1).padStart(6);
const say = (line) => process.stderr.write(`${seconds()} s  ${line}\n`);

say(`Building what changed (${projects.replaceAll(',', ', ')})`);
const nx = spawn(
  process.execPath,
  [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '-p', projects, '--outputStyle=static'],
  { cwd: root, env: { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false' }, stdio: ['ignore', 'pipe', 'pipe'] },
);

// One line for each project; everything else only if it fails.
let output = '';
let rest = '';
const read = (chunk) => {
  const text = chunk.toString();
  output += text;
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const done = /nx run ([\w-]+):build(?::\w+)?(?:\s+\[(.*)\])?/.exec(line);
    if (done?.[1] !== undefined) say(`  ${done[1]}${done[2]?.includes('cache') ? ' (unchanged)' : ''}`);
  }
};
nx.stdout.on('data', read);
nx.stderr.on('data', read);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => nx.kill(signal));
nx.on('close', (code, signal) => {
  if (code === 0) say('Built');
  else process.stderr.write(`${output}\nThe build failed.\n`);
  process.exit(code ?? (signal === null ? 0 : 1));
});
