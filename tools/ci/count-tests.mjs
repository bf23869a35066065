/** Prints `passed failed` of a Jest or Playwright JSON report; a journey that succeeded when tried again has passed. */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { passed, failed } =
  'numPassedTests' in report
    ? { passed: report.numPassedTests, failed: report.numFailedTests + report.numRuntimeErrorTestSuites }
    : { passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected + report.errors.length };
console.log(passed, failed);
