import { Component, computed, effect, input, untracked } from '@angular/core';
import { apiPages, listJobFolders } from '@lakescope/web-api';
import { ByteSize, Chip, formatCount, formatMilliseconds, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { folderState, reconciliationState } from '../job-states';

const A_PAGE = 50;

/** The folders of a table that a run has dealt with, the oldest first. */
@Component({
  selector: 'ls-job-folders',
  imports: [ByteSize, Chip, ProblemBanner, Skeleton],
  templateUrl: './job-folders.html',
  styleUrl: './job-folders.css',
})
export class JobFolders {
  readonly jobId = input.required<string>();
  readonly table = input.required<string>();
  /** How many are done with: when more are, the first page is read again, and what follows it when it is asked for. */
  readonly settled = input.required<number>();

  protected readonly folders = apiPages(listJobFolders, (cursor) => ({
    path: { id: this.jobId(), table: this.table() },
    query: { limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  protected readonly rows = computed(() =>
    this.folders.items().map((folder) => ({
      folder,
      state: folderState(folder.status),
      reconciliation: reconciliationState(folder.reconciliation),
      rows: formatCount(Number(folder.rows)),
      duration: formatMilliseconds(folder.duration_ms),
    })),
  );

  constructor() {
    effect(() => {
      this.settled();
      untracked(() => {
        if (this.folders.items().length < A_PAGE) this.folders.reload();
      });
    });
  }
}
