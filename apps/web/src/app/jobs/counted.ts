import { formatCount } from '@lakescope/web-ui';

/** So many folders, in words: `1 folder`, `1,200 folders`. */
export function folderCount(count: number): string {
  return count === 1 ? $localize`1 folder` : $localize`${formatCount(count)}:count: folders`;
}

export function fileCount(count: number): string {
  return count === 1 ? $localize`1 file` : $localize`${formatCount(count)}:count: files`;
}

export function tableCount(count: number): string {
  return count === 1 ? $localize`1 table` : $localize`${formatCount(count)}:count: tables`;
}

export function rowCount(count: number): string {
  return count === 1 ? $localize`1 row` : $localize`${formatCount(count)}:count: rows`;
}

export function lineCount(count: number): string {
  return count === 1 ? $localize`1 line` : $localize`${formatCount(count)}:count: lines`;
}
