import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'lakescope-reports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Status = 'passed' | 'failed';

/** A suite as Jest reports it; one without a test has crashed before its first. */
function suite(name: string, ...tests: Status[]) {
  const status = tests.length === 0 || tests.includes('failed') ? 'failed' : 'passed';
  return {
    name,
    status,
    assertionResults: tests.map((test, index) => ({ fullName: `${name} ${index}`, status: test })),
  };
}

function report(name: string, ...suites: ReturnType<typeof suite>[]): string {
  const all = suites.flatMap(({ assertionResults }) => assertionResults);
  const file = join(folder, name);
  const numbers = {
    numPassedTests: all.filter(({ status }) => status === 'passed').length,
    numFailedTests: all.filter(({ status }) => status === 'failed').length,
    numRuntimeErrorTestSuites: suites.filter(({ assertionResults }) => assertionResults.length === 0).length,
  };
  writeFileSync(file, JSON.stringify({ ...numbers, testResults: suites }));
  return file;
}

function run(script: string, ...files: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`tools/ci/${script}.mjs`, ...files], {
    encoding: 'utf8',
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

it('counts every test, and a suite that crashed as one that failed', () => {
  const file = report('counted.json', suite('a', 'passed', 'failed'), suite('b'), suite('c', 'passed'));
  expect(run('count-tests', file).stdout).toBe('2 2');
});

it('counts a journey that succeeded when tried again as passed, and one that failed again as failed', () => {
  const file = join(folder, 'journeys.json');
  writeFileSync(file, JSON.stringify({ stats: { expected: 5, flaky: 1, unexpected: 2 }, errors: [] }));
  expect(run('count-tests', file).stdout).toBe('6 2');
});

it('names the suites to try once more, and their failed tests', () => {
  const file = report('first.json', suite('a', 'passed', 'failed'), suite('b'), suite('c', 'passed'));
  const { stdout, stderr } = run('failed-suites', file);
  expect(stdout.split('\n')).toEqual(['a', 'b']);
  expect(stderr).toContain('a 1');
  expect(stderr).toContain('b: failed as a whole');
});

it('takes the second attempt for the first one, and keeps what failed there too', () => {
  const first = report('merged.json', suite('a', 'passed', 'failed'), suite('b'), suite('c', 'passed'));
  const again = report('again.json', suite('a', 'passed', 'passed'), suite('b', 'passed', 'failed'));
  expect(run('merge-reports', first, again).status).toBe(0);
  expect(run('count-tests', first).stdout).toBe('4 1');
});

it('still counts a suite that crashed twice', () => {
  const first = report('crashed.json', suite('a'), suite('c', 'passed'));
  run('merge-reports', first, report('crashed-again.json', suite('a')));
  expect(run('count-tests', first).stdout).toBe('1 1');
});
