/** Prints the files of a Jest JSON report whose tests failed, one a line; the names of these tests go to standard error. */
import { readFileSync } from 'node:fs';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const { name, status, assertionResults } of testResults.filter((suite) => suite.status === 'failed')) {
  console.log(name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  for (const { fullName } of failed) console.error(`  ${fullName}`);
  if (failed.length === 0) console.error(`  ${name}: ${status} as a whole`);
}
