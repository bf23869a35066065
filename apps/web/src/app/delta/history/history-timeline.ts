import { Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { apiPages, getTableHistory } from '@lakescope/web-api';
import { EmptyState, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { tableRequest } from '../table-request';
import { type TableSource } from '../table-source';
import { changeBars } from './change-bars';
import { CommitRow } from './commit-row';

const PAGE_SIZE = 50;

/** The commits of a table, newest first; each leads to the table as it was then. */
@Component({
  selector: 'ls-history',
  imports: [CommitRow, EmptyState, MatButton, ProblemBanner, Skeleton],
  templateUrl: './history-timeline.html',
  styleUrl: './history-timeline.css',
})
export class HistoryTimeline {
  readonly source = input.required<TableSource>();
  readonly version = input<number>();

  protected readonly history = apiPages(getTableHistory, (cursor) => ({
    body: { ...tableRequest(this.source()).body, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  protected readonly rows = computed(() => {
    const entries = this.history.items();
    const bars = changeBars(entries);
    return entries.map((entry, index) => ({ entry, bar: bars[index] ?? { added: 0, removed: 0 } }));
  });
}
