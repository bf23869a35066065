// `npm start`: looks at the options, builds what is stale, then becomes the launcher. One process and one command, because a
// shell between npm and the launcher (`a && b`) keeps the signals that npm passes on to itself.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// A mistyped option is no reason to build anything but what finds it.
const options = join(root, 'dist/tools/check-options.mjs');
await bundle({
  entryPoints: [join(root, 'apps/local/src/check-options.ts')],
  outfile: options,
  tsconfig: join(root, 'tsconfig.server.json'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { checkOptions } = await import(pathToFileURL(options).href);
const answer = checkOptions(process.argv.slice(2), process.cwd());
if (answer !== undefined) {
  if (answer.isError) console.error(answer.text);
  else console.log(answer.text);
  process.exit(answer.isError ? 1 : 0);
}

const build = spawn(process.execPath, [join(root, 'tools/build/build-stale.mjs')], { stdio: 'inherit' });
const forward = (signal) => build.kill(signal);
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) process.on(signal, forward);
const code = await new Promise((done) => build.once('close', (status) => done(status ?? 1)));
if (code !== 0) process.exit(code);
// From here on they are the launcher's.
for (const signal of signals) process.off(signal, forward);

// The young generation is kept small by the script in package.json: large results of SQL would let it grow by a hundred
// megabytes, which it keeps.
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(root, 'dist/apps/local/main.js')).href);
