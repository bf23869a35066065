/** `npm run e2e [-- playwright arguments]`: the browser suite against a freshly started local workspace. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const candidates = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const chromium = candidates.find((path) => path && existsSync(path));
if (!chromium) {
  console.error(
    'No Chromium found. Install one (Debian: `apt-get install chromium`) or name it: CHROMIUM_PATH=/path/to/chromium npm run e2e',
  );
  process.exit(1);
}
const run = (args) =>
  spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: chromium } }).status ?? 1;

process.exit(
  run(['tools/build/build-stale.mjs']) ||
    run([
      'node_modules/@playwright/test/cli.js',
      'test',
      '-c',
      'apps/web-e2e/playwright.config.ts',
      ...process.argv.slice(2),
    ]),
);
