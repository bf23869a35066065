/**
 * `npm run docs:run [-- PAGE...]`: runs the commands of README, CONTRIBUTING and docs, each as it stands there, in a copy of this checkout
 * with a product of its own, started once. What stands for somebody's own address is replaced (`ADDRESSES`); everything else is typed as it is
 * read. Ends with 0 when every block ended as its page says.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyOfCheckout, RunningProduct } from './running-product.mjs';
import { fencedBlocks, isShell, pagesWithCommands } from './shell-blocks.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Writes the settings that commands of other pages need. */
const SETTINGS = 'docs/local-development.md';
/** Nothing a page tells people to wait for takes longer, on a machine that is busy with other checks. */
const PATIENCE_MS = 300_000;

const work = mkdtempSync(join(tmpdir(), 'lakescope-documents-'));
const checkout = join(work, 'lakescope');
const began = performance.now();
const say = (line) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
let product;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(1));

try {
  // Here, since Nx would not know the copy's.
  const { status } = spawnSync(process.execPath, [join(root, 'tools/build/build-stale.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed.');
  copyOfCheckout(root, checkout);
  product = new RunningProduct(checkout);
  await product.ready();
  say(`started at ${product.endpoints.app}`);
  const failed = await runPages();
  await end(failed === 0 ? 0 : 1);
} catch (error) {
  console.error(error);
  await end(1);
}

async function runPages() {
  const wanted = process.argv.slice(2).map((page) => page.replace(/^\.\//, ''));
  const counts = { run: 0, failed: 0, left: 0 };
  for (const page of pagesWithCommands(root).filter(
    (file) => wanted.length === 0 || wanted.includes(file) || file === SETTINGS,
  )) {
    // What a page exports holds to its end.
    const kept = join(work, 'exported');
    writeFileSync(kept, '');
    for (const block of fencedBlocks(root, page).filter(isShell)) {
      if (block.mark?.run !== true) counts.left++;
      else if (await succeeds(block, kept)) counts.run++;
      else counts.failed++;
    }
  }
  say(`${counts.run} blocks ran as written, ${counts.failed} did not, ${counts.left} are not run and say why`);
  // A page without a block is no mistake, all pages without one are.
  return counts.run === 0 ? 1 : counts.failed;
}

async function succeeds({ file, line, code, mark }, kept) {
  const from = performance.now();
  // A request that is refused is a failure, as the page means it.
  const script = `. "${kept}"\ncurl() { command curl --silent --show-error --fail-with-body "$@"; }\nset -eo pipefail\n${withAddresses(code)}\nexport -p >"${kept}"\n`;
  const { exit, output } = await shell(script);
  const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
  if (exit === mark.exit) {
    say(`ok      ${file}:${line} (${took})`);
    return true;
  }
  say(`FAILED  ${file}:${line} ended with ${exit} instead of ${mark.exit} (${took})`);
  console.log(`${withAddresses(code)}\n--- answered\n${output.slice(-4000)}`);
  return false;
}

function shell(script) {
  const child = spawn('bash', ['-c', script], {
    cwd: checkout,
    env: product.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      output += `\nNothing came of it within ${PATIENCE_MS / 1000} s.`;
      process.kill(-child.pid, 'SIGKILL');
    }, PATIENCE_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ exit: code ?? signal, output });
    });
  });
}

/** The usual ports, and names for an address that everybody has another of. */
function withAddresses(code) {
  const { app, api, workspace, s3 } = product.endpoints;
  const ADDRESSES = {
    'https://APP': app,
    'http://localhost:8000': app,
    'http://127.0.0.1:8001': api,
    'http://127.0.0.1:8002': workspace,
    'http://127.0.0.1:8004': s3.endpoint,
  };
  return Object.entries(ADDRESSES).reduce((text, [usual, own]) => text.replaceAll(usual, own), code);
}

async function end(code) {
  await product?.stop();
  rmSync(work, { recursive: true, force: true });
  process.exit(code);
}
