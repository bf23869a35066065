/**
 * `npm run dev [-- launcher options]`: what `npm start` runs, and live reload on top. The SPA comes from Angular's dev
 * server, which hands everything else on to the app; the API is rebuilt and started again when its sources change, and
 * contract and clients are regenerated from it. Ctrl-C ends all of it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, createWriteStream, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { running, stateDirectory } from './running.mjs';

const API_SOURCES = ['apps/api/src', 'libs/server', 'libs/databricks', 'libs/delta', 'migrations'];
const launcherOptions = process.argv.slice(2);
const state = stateDirectory(launcherOptions);
const endpoints = join(state, 'endpoints.json');
const children = new Set();
let stopping = false;

await run('build', ['tools/build/build-stale.mjs']);
const launcher = start('launcher', ['--enable-source-maps', 'dist/apps/local/main.js', ...launcherOptions], 'inherit');
launcher.once('exit', () => void stop());
while (!existsSync(endpoints)) {
  if (launcher.exitCode !== null) process.exit(launcher.exitCode);
  await delay(100);
}
const pidFile = join(state, 'dev.json');
writeFileSync(pidFile, JSON.stringify({ pid: process.pid, program: fileURLToPath(import.meta.url) }), { mode: 0o600 });
mkdirSync(join(state, 'logs'), { recursive: true });
const log = createWriteStream(join(state, 'logs/dev.log'), { flags: 'a' });

const { app } = JSON.parse(readFileSync(endpoints, 'utf8'));
const proxy = join(state, 'dev-proxy.json');
const handedOn = ['/api', '/docs', '/openapi.json', '/health', '/ready', '/.local'];
writeFileSync(
  proxy,
  JSON.stringify(Object.fromEntries(handedOn.map((path) => [path, { target: app, changeOrigin: true }]))),
);
const nx = 'node_modules/nx/dist/bin/nx.js';
start('web', [nx, 'run', 'web:serve', '--proxyConfig', proxy, '--host', '127.0.0.1'], 'pipe');

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop());
watchApi();

function watchApi() {
  let timer;
  let building = false;
  let again = false;
  const rebuild = async () => {
    if (building) return void (again = true);
    building = true;
    try {
      await run('api', ['apps/api/build.mjs']);
      const api = JSON.parse(readFileSync(join(state, 'launcher.json'), 'utf8')).api;
      // The launcher starts it again, with the new build.
      if (api && running(state, 'launcher.json') !== undefined) process.kill(api.pid, 'SIGTERM');
      await run('contract', ['tools/contract/generate.mjs']);
    } catch (error) {
      console.error(`${error.message}; the last good build goes on running`);
    }
    building = false;
    if (again) {
      again = false;
      void rebuild();
    }
  };
  for (const folder of API_SOURCES) {
    watch(folder, { recursive: true }, (_event, file) => {
      if (!file?.endsWith('.ts') || /\.(int-)?spec\.ts$|generated/.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(rebuild, 200);
    });
  }
}

function start(name, args, stdio) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', stdio, stdio] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      process.stderr.write(chunk);
      log.write(`[${name}] ${chunk}`);
    });
  }
  return child;
}

/** Runs to the end; its output is shown. */
async function run(name, args) {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  children.add(child);
  const status = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  children.delete(child);
  if (status !== 0 && !stopping) throw new Error(`${name} failed`);
}

async function stop() {
  if (stopping) return;
  stopping = true;
  const ended = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(ended);
  rmSync(pidFile, { force: true });
  process.exit(launcher.exitCode ?? 0);
}
