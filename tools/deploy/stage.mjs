/**
 * `node tools/deploy/stage.mjs [--out DIR] [--no-build] [--json]`: makes the folder that is deployed. Built API and SPA, the API's document,
 * app.yaml, and a package.json with a lock of what runs: no sources, no tests, no tool. The bundle (databricks.yml) uploads it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pruneLock } from './prune-lock.mjs';

/** Databricks Apps refuses a deployment with a larger file. */
const LARGEST_FILE_BYTES = 10 * 1024 * 1024;
const STAGED_NAME = 'lakescope-app';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: { out: { type: 'string' }, 'no-build': { type: 'boolean' }, json: { type: 'boolean' } },
});
const out = resolve(values.out ?? join(root, 'dist/staged'));

if (!values['no-build']) build();
empty(out);

const { version, license, dependencies } = readJson(join(root, 'package.json'));
const manifest = {
  name: STAGED_NAME,
  version,
  private: true,
  license,
  engines: { node: '>=22.13' },
  dependencies,
};
writeJson('package.json', manifest);
writeJson('package-lock.json', pruneLock(readJson(join(root, 'package-lock.json')), manifest));
for (const file of ['app.yaml', 'LICENSE', 'NOTICE', 'sbom.cdx.json']) copy(file);
for (const file of ['main.js', 'ingestion-thread.js', 'openapi.json']) copy(`dist/apps/api/${file}`);
// The task of the daily job.
copy('tools/deploy/aggregate_metrics.py');
copy('dist/apps/web/browser');
checkNotice();

const files = listed(out).map((path) => ({ path: relative(out, path), bytes: statSync(path).size }));
const tooLarge = files.filter(({ bytes }) => bytes > LARGEST_FILE_BYTES);
if (tooLarge.length > 0) {
  fail(
    `Databricks Apps takes no file over 10 MB: ${tooLarge.map(({ path, bytes }) => `${path} (${megabytes(bytes)} MB)`).join(', ')}`,
  );
}
const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
const summary = { directory: out, files: files.length, bytes, version };
console.log(values.json ? JSON.stringify(summary) : `Staged ${files.length} files, ${megabytes(bytes)} MB, in ${out}`);

function build() {
  const { status } = spawnSync(process.execPath, [join(root, 'tools/build/build-stale.mjs'), 'api', 'web'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) fail('The build failed.');
}

/** What the build found in the pages must be what NOTICE says is in them. */
function checkNotice() {
  const notice = readFileSync(join(root, 'NOTICE'), 'utf8');
  const built = readFileSync(join(root, 'dist/apps/web/3rdpartylicenses.txt'), 'utf8');
  const names = [...built.matchAll(/^Package: (.+)$/gm)].map(([, name]) => name);
  const missing = names.filter(
    (name) => !notice.split('\n').some((line) => line.startsWith(`${name} `) && line.includes('pages')),
  );
  if (missing.length > 0) fail(`NOTICE does not name ${missing.join(', ')}: run \`npm run docs\`.`);
}

/** Deletes only what an earlier run made. */
function empty(directory) {
  const known =
    existsSync(join(directory, 'package.json')) && readJson(join(directory, 'package.json')).name === STAGED_NAME;
  if (existsSync(directory) && readdirSync(directory).length > 0 && !known) {
    fail(`${directory} holds something else: name an empty folder.`);
  }
  rmSync(directory, { recursive: true, force: true });
  onDisk(() => mkdirSync(directory, { recursive: true }));
}

/** What cannot be written ends it with a sentence, and leaves no half of a folder behind. */
function onDisk(act) {
  try {
    act();
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES'].includes(error.code)) throw error;
    rmSync(out, { recursive: true, force: true });
    const room = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(error.code);
    const fix = room
      ? 'make room on the disk (some 30 MB), or name another place by --out'
      : 'name a place you may write to by --out';
    fail(`The folder to deploy cannot be written to ${out} (${error.code}): ${fix}.`);
  }
}

function copy(path) {
  const from = join(root, path);
  if (!existsSync(from)) fail(`${path} is not there: build first.`);
  onDisk(() => {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    cpSync(from, join(out, path), { recursive: true, filter: (file) => !file.endsWith('.map') });
  });
}

function listed(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJson(path, value) {
  onDisk(() => writeFileSync(join(out, path), `${JSON.stringify(value, undefined, 2)}\n`));
}

function megabytes(size) {
  return (size / 1e6).toFixed(1);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
