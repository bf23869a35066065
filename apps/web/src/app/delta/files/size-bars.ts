import { type SizeBucketDto } from '@lakescope/web-api';
import { formatBytes, formatCount } from '@lakescope/web-ui';

export interface SizeBar {
  readonly label: string;
  readonly count: number;
  readonly files: string;
  readonly bytes: string;
  /** Share of the longest bar, 0 to 100. */
  readonly width: number;
  /** Files that are smaller than all of these: where they begin in the list by size. */
  readonly before: number;
  readonly isEmpty: boolean;
}

/** The histogram from its first bucket with a file to its last; what is empty on both sides says nothing. */
export function sizeBars(buckets: readonly SizeBucketDto[]): readonly SizeBar[] {
  const last = buckets.findLastIndex(({ files }) => files > 0);
  const first = buckets.findIndex(({ files }) => files > 0);
  const most = Math.max(1, ...buckets.map(({ files }) => files));
  let before = 0;
  return buckets.slice(Math.max(0, first), last + 1).map(({ from_bytes, to_bytes, files, bytes }) => {
    const bar = {
      label:
        to_bytes === null
          ? $localize`${formatBytes(from_bytes)}:size: and more`
          : from_bytes === 0
            ? $localize`below ${formatBytes(to_bytes)}:size:`
            : $localize`${formatBytes(from_bytes)}:from: to ${formatBytes(to_bytes)}:to:`,
      count: files,
      files: formatCount(files),
      bytes,
      width: files === 0 ? 0 : Math.max(1, (100 * files) / most),
      before,
      isEmpty: files === 0,
    };
    before += files;
    return bar;
  });
}
