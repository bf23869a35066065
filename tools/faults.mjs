/**
 * `npm run faults [-- part of a path ...]`: the tests that docs/fault-tests.md names, at full size. How large that is, a suite says beside
 * the number it makes smaller: `FAULT_SCALE=n`. Suites of metrics run in other time zones, too. Ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SUITE = /`((?:apps|libs|migrations|tools)\/[^`]+?spec\.ts)`/g;
/** Where no word may depend on the time zone of the process. */
const ZONED = /server\/metrics\/src\/(roll-up|queries|faults)\//;
const ZONES = ['America/New_York', 'Asia/Kolkata'];
const PATIENCE_MS = 3_600_000;

const wanted = process.argv.slice(2);
const suites = [...new Set([...readFileSync('docs/fault-tests.md', 'utf8').matchAll(SUITE)].map(([, path]) => path))]
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  .sort();
if (suites.length === 0) {
  console.error(`docs/fault-tests.md names no suite with ${wanted.join(' or ')} in its path`);
  process.exit(1);
}

const scales = [...new Set(suites.map(fullScaleOf))].sort((one, other) => one - other);
const zoned = suites.filter((path) => ZONED.test(path));
const runs = [
  ...scales.map((scale) => ({ scale, paths: suites.filter((path) => fullScaleOf(path) === scale) })),
  ...(zoned.length === 0 ? [] : ZONES.map((zone) => ({ scale: 1, paths: zoned, zone }))),
];

const total = { passed: 0, failed: 0 };
for (const run of runs) {
  const { passed, failed } = outcomeOf(run);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

function fullScaleOf(path) {
  const named = [...readFileSync(path, 'utf8').matchAll(/FAULT_SCALE=(\d+)/g)];
  return Math.max(1, ...named.map(([, scale]) => Number(scale)));
}

function outcomeOf({ scale, paths, zone }) {
  console.log(`\n${paths.length} suites, FAULT_SCALE=${scale}${zone === undefined ? '' : `, TZ=${zone}`}`);
  const folder = mkdtempSync(join(tmpdir(), 'lakescope-faults-'));
  const report = join(folder, 'report.json');
  try {
    // One after the other: a deadline is about the fault, not about the neighbours.
    spawnSync(
      process.execPath,
      [
        ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
        ...['--runTestsByPath', ...paths, '--selectProjects', 'server', '--runInBand', '--forceExit'],
        ...[`--testTimeout=${PATIENCE_MS}`, '--json', `--outputFile=${report}`],
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, FAULT_SCALE: String(scale), ...(zone === undefined ? {} : { TZ: zone }) },
      },
    );
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
