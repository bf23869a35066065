import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before the first suite: the folder all suites copy a new Postgres from, which the first that needs one fills. */
export default function beginTestRun(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lakescope-test-run-'));
  // The account that root lends the server passes through.
  chmodSync(folder, 0o711);
  process.env['LAKESCOPE_TEST_RUN_POSTGRES'] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
