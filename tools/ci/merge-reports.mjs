/** Puts the suites of the second Jest JSON report in the place of the same suites of the first, in the first's file. */
import { readFileSync, writeFileSync } from 'node:fs';

const [target, later] = process.argv.slice(2);
const report = JSON.parse(readFileSync(target, 'utf8'));
const again = new Map(JSON.parse(readFileSync(later, 'utf8')).testResults.map((suite) => [suite.name, suite]));
const testResults = report.testResults.map((suite) => again.get(suite.name) ?? suite);
const count = (status) =>
  testResults.flatMap((suite) => suite.assertionResults).filter((test) => test.status === status).length;
// A suite that never ran has failed without a failed test.
const crashed = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
const numbers = {
  numPassedTests: count('passed'),
  numFailedTests: count('failed'),
  numRuntimeErrorTestSuites: crashed.length,
};
writeFileSync(target, JSON.stringify({ ...report, ...numbers, testResults }));
