import { formatCount } from '@lakescope/web-ui';

export interface FolderCounts {
  /** Those that were there already count as done. */
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Nothing more is done with them: what is neither done nor put aside was left. */
  readonly isOver: boolean;
}

/** How it stands with folders, in words: `3 of 5 folders, 1 put aside, 1 left`. */
export function folderText({ done, failed, total, isOver }: FolderCounts): string {
  const left = Math.max(0, total - done - failed);
  return [
    total === 1
      ? $localize`${formatCount(done)}:done: of 1 folder`
      : $localize`${formatCount(done)}:done: of ${formatCount(total)}:total: folders`,
    ...(failed === 0 ? [] : [$localize`${formatCount(failed)}:failed: put aside`]),
    ...(isOver && left > 0 ? [$localize`${formatCount(left)}:left: left`] : []),
  ].join(', ');
}
