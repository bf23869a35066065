import { formatBytes, formatDuration } from '@lakescope/web-ui';
import { secondsLeft } from './transfer-rate';
import { type Upload } from './upload';

/** How an upload gets on, in words: what has gone of what, how fast, and how long it will take. */
export function progressText(sentBytes: number, sizeBytes: number, bytesPerSecond: number | undefined): string {
  const sent = $localize`${formatBytes(sentBytes)}:sent: of ${formatBytes(sizeBytes)}:size:`;
  if (bytesPerSecond === undefined) return sent;
  const rate = $localize`${formatBytes(Math.round(bytesPerSecond))}:rate:/s`;
  const left = secondsLeft(sizeBytes - sentBytes, bytesPerSecond);
  return left === undefined
    ? `${sent} · ${rate}`
    : $localize`${sent}:sent: · ${rate}:rate: · ${formatDuration(left)}:time: left`;
}

/** All that is under way as one: how many files, how many bytes, how fast. */
export interface UploadTotals {
  readonly files: number;
  readonly finished: number;
  readonly busy: number;
  readonly failed: number;
  readonly undecided: number;
  readonly sentBytes: number;
  readonly sizeBytes: number;
  readonly bytesPerSecond: number | undefined;
}

export function totalsOf(uploads: readonly Upload[]): UploadTotals {
  const totals = { files: uploads.length, finished: 0, busy: 0, failed: 0, undecided: 0, sentBytes: 0, sizeBytes: 0 };
  let bytesPerSecond: number | undefined;
  for (const upload of uploads) {
    const { kind } = upload.state();
    if (upload.isFinished()) totals.finished += 1;
    if (upload.isBusy()) totals.busy += 1;
    if (kind === 'failed' || kind === 'interrupted') totals.failed += 1;
    if (kind === 'conflict') totals.undecided += 1;
    if (kind === 'cancelled' || kind === 'skipped') continue;
    totals.sizeBytes += upload.sizeBytes;
    totals.sentBytes += upload.sentBytes();
    const rate = upload.bytesPerSecond();
    if (rate !== undefined) bytesPerSecond = (bytesPerSecond ?? 0) + rate;
  }
  return { ...totals, bytesPerSecond };
}
