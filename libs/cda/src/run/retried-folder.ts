import { PoisonedFolder } from '../errors';
import type { ListedFolder } from '../plan/list-folders';
import type { PreparedFolder } from './prepare-folder';

/** A folder that was damaged and has fewer rows than were written is still damaged, and nobody would look at it again. */
export function refuseFewerRows({ listed: { fingerprint, ms }, rows, expectedRows }: PreparedFolder): void {
  if (expectedRows === undefined || rows >= expectedRows) return;
  throw new PoisonedFolder({
    code: 'ROWS_MISSING',
    message: `${JSON.stringify(`${fingerprint}/${ms}`)} was put aside, and has ${rows} of the ${expectedRows} rows now that the metrics of the batch say were written`,
    advice: 'Have the folder delivered whole, or its .cda/batch-metrics.json mended, and retry it.',
  });
}

/** A folder without a file says nothing of what was in it when it was put aside. */
export function refuseGone({ fingerprint, ms, files, unfit }: ListedFolder): void {
  if (files.length > 0 || unfit !== undefined) return;
  throw new PoisonedFolder({
    code: 'FOLDER_GONE',
    message: `${JSON.stringify(`${fingerprint}/${ms}`)} was put aside and has no data files any more`,
    advice: 'Have the folder delivered again, and retry it.',
  });
}
