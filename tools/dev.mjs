// `npm run dev`: the local workspace with the API rebuilt and restarted on change, contract and clients regenerated, and the
// SPA from Angular's dev server with live reload. Options are the launcher's. One Ctrl-C ends everything.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const stateAt = args.indexOf('--state');
const state = stateAt >= 0 ? resolve(args[stateAt + 1] ?? '.') : join(root, '.lakescope');
const webPort = process.env.LAKESCOPE_WEB_PORT ?? '4200';
const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
const environment = { ...process.env, NX_TUI: 'false', NX_DAEMON: 'false', NG_CLI_ANALYTICS: 'false' };

const children = new Set();
let launcher;
let stopping = false;
/** One rebuild after the other. */
let queue = Promise.resolve();

const say = (line) => {
  console.log(`dev  ${line}`);
  if (existsSync(join(state, 'logs')))
    appendFileSync(join(state, 'logs/dev.log'), `${new Date().toISOString()} ${line}\n`);
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));

// The SPA is the dev server's to build.
await run('build', [join(root, 'tools/build/build-stale.mjs'), 'api', 'local']);
startLauncher();
await ready();
writeFileSync(join(state, 'dev.json'), JSON.stringify({ pid: process.pid, program: 'dev.mjs' }), { mode: 0o600 });
serveWeb();
watchSources();

/** Starts a child in a group of its own, so that ending it also ends what it started. */
function start(name, command, options = {}) {
  const child = spawn(process.execPath, command, { cwd: root, env: environment, detached: true, ...options });
  children.add(child);
  child.once('close', () => children.delete(child));
  child.once('error', (error) => say(`${name}: ${error.message}`));
  return child;
}

async function run(name, command) {
  const child = start(name, command, { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0 && !stopping) throw new Error(`${name} failed`);
}

function startLauncher() {
  const command = ['--max-semi-space-size=4', '--enable-source-maps', join(root, 'dist/apps/local/main.js'), ...args];
  launcher = start('local', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const current = launcher;
  current.once('close', (code) => {
    if (!stopping && launcher === current) void stop(code ?? 1);
  });
}

async function ready() {
  while (!existsSync(join(state, 'endpoints.json')) && !stopping) await delay(100);
}

/** The dev server asks the apps proxy for everything that is not the SPA, so sign-in and headers are as in production. */
function serveWeb() {
  const { app } = JSON.parse(readFileSync(join(state, 'endpoints.json'), 'utf8'));
  const paths = ['/api', '/.local', '/docs', '/openapi.json', '/health', '/ready'];
  const proxy = Object.fromEntries(paths.map((path) => [path, { target: app, changeOrigin: false, secure: false }]));
  const file = join(state, 'dev-proxy.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(proxy));
  start('web', [nx, 'serve', 'web', `--proxy-config=${file}`, `--port=${webPort}`, '--host=localhost'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  say(`SPA with live reload: http://localhost:${webPort}`);
}

function watchSources() {
  const changed = new Set();
  let timer;
  for (const folder of ['apps/api', 'apps/local', 'libs', 'migrations']) {
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      const path = `${folder}/${String(name).split(sep).join('/')}`;
      if (!isSource(path)) return;
      changed.add(path);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const paths = [...changed];
        changed.clear();
        queue = queue.then(() => rebuild(paths)).catch((error) => say(error.message));
      }, 200);
    });
  }
}

/** What the SPA is built from is the dev server's; what we generate ourselves must not start us again. */
function isSource(path) {
  const ours = /^(apps\/(api|local)|migrations|libs\/(server|databricks|delta))\//.test(path);
  return ours && path.endsWith('.ts') && !/\.(int-)?spec\.ts$/.test(path) && !path.includes('/generated/');
}

async function rebuild(paths) {
  if (stopping) return;
  const launcherToo = paths.some((path) => /^(apps\/local|libs\/(databricks\/(emulator|wire)|delta))\//.test(path));
  const apiToo = paths.some((path) => !/^(apps\/local|libs\/databricks\/emulator)\//.test(path));
  const from = performance.now();
  say(`Changed: ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`);
  const projects = [...(apiToo ? ['api'] : []), ...(launcherToo ? ['local'] : [])];
  await run('build', [join(root, 'tools/build/build-stale.mjs'), ...projects]);
  if (launcherToo) await restartLauncher();
  else launcher.send('restart-api');
  if (paths.some((path) => /(dto|controller|errors?|module)\.ts$/.test(path))) {
    await run('contract', [join(root, 'tools/contract/generate.mjs')]);
  }
  say(`Up to date after ${((performance.now() - from) / 1000).toFixed(1)} s`);
}

async function restartLauncher() {
  const old = launcher;
  launcher = undefined;
  const ended = new Promise((done) => old.once('close', done));
  old.kill('SIGTERM');
  await ended;
  startLauncher();
  await ready();
}

async function stop(code) {
  if (stopping) return;
  stopping = true;
  const ended = [...children].map((child) => new Promise((done) => child.once('close', done)));
  for (const child of children) signal(child, 'SIGTERM');
  const patience = setTimeout(() => [...children].forEach((child) => signal(child, 'SIGKILL')), 18_000);
  await Promise.all(ended);
  clearTimeout(patience);
  rmSync(join(state, 'dev.json'), { force: true });
  process.exit(code);
}

function signal(child, name) {
  try {
    // The launcher stops its own children in their order; of the others the whole group goes.
    if (child === launcher || process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // Already gone.
  }
}
