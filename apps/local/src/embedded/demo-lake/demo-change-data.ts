import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createSuite, FolderBucket, type DisorderAt } from '@lakescope/cda-synthetic';
import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import { CHANGE_DATA_BUCKET, CHANGE_TABLES_BUCKET } from './demo-tables';

const SEED = 20_260_105;
const TABLES = 40;
const DAY_MINUTES = 1440;
/** What is worth seeing: what a run has to report, and what it must not fall over. */
const DISORDERS: readonly DisorderAt[] = [
  ...(['added-column', 'widened-type', 'interleaved-fingerprints', 'missing-metrics', 'wrong-metrics'] as const),
  ...(['empty-folder', 'past-the-fence', 'half-written', 'truncated-file', 'non-numeric-folder'] as const),
  ...(['duplicate-folder', 'huge-record-count', 'update-before-insert', 'late-row-after-delete'] as const),
];

/**
 * Makes both buckets and a day of changes that ends now; `npm run cda -- next` goes on from there. What is whole stays as it is; what an
 * earlier start left unfinished is made anew, because its times were others.
 */
export async function writeDemoChangeData(s3: Pick<LocalWorkspace['s3'], 'createBucket'>): Promise<string> {
  await s3.createBucket(CHANGE_TABLES_BUCKET);
  const folder = await s3.createBucket(CHANGE_DATA_BUCKET);
  // Straight into the bucket's folder: thousands of uploads would be felt at every first start.
  const root = join(folder, 'cda');
  const bucket = new FolderBucket(root, `s3://${CHANGE_DATA_BUCKET}/cda`);
  if ((await bucket.get('manifest.json')) !== undefined) return `Demo change data in ${CHANGE_DATA_BUCKET} (kept)`;
  await rm(root, { recursive: true, force: true });
  const { folders, files } = await createSuite(bucket, {
    seed: SEED,
    tables: TABLES,
    start: Date.now() - DAY_MINUTES * 60_000,
    step: { minutes: DAY_MINUTES, folders: 6, files: 4, rows: 6, disorders: DISORDERS },
  });
  return `Demo change data in ${CHANGE_DATA_BUCKET} (${TABLES} tables, ${folders} folders, ${files} files, synthetic)`;
}
