import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { apiPages, listOrphanedRecords, type PurgeResultDto } from '@lakescope/web-api';
import { EmptyState, formatCount, Icon, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { Toasts } from '../../shell/toasts';
import { inactiveDays, MOST_DAYS, USUAL_DAYS } from './inactive-days';
import { PurgeDialog } from './purge-dialog';

const PAGE_SIZE = 100;

/** What is kept for people who have not been here for long, and the way to delete it. */
@Component({
  selector: 'ls-orphaned-page',
  imports: [EmptyState, Icon, MatButton, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './orphaned-page.html',
  styleUrl: './orphaned-page.css',
})
export class OrphanedPage {
  /** Query parameter. */
  readonly inactive_days = input<string>();

  private readonly router = inject(Router);
  private readonly dialog = inject(MatDialog);
  private readonly toasts = inject(Toasts);

  protected readonly mostDays = MOST_DAYS;
  protected readonly days = computed(() => inactiveDays(this.inactive_days()));
  protected readonly records = apiPages(listOrphanedRecords, (cursor) => ({
    query: { inactive_days: this.days(), limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  protected readonly rows = computed(() =>
    this.records.items().map((record) => ({
      ...record,
      rowsText: formatCount(record.rows),
      tablesText: record.tables.map(({ table, rows }) => `${table} ${formatCount(rows)}`).join(', '),
    })),
  );

  protected submit(event: Event): void {
    event.preventDefault();
    const days = inactiveDays(String(new FormData(event.target as HTMLFormElement).get('inactive_days')));
    void this.router.navigate(['/admin/orphaned'], {
      queryParams: { inactive_days: days === USUAL_DAYS ? null : days },
    });
  }

  protected purge(): void {
    this.dialog
      .open<PurgeDialog, number, PurgeResultDto>(PurgeDialog, {
        data: this.days(),
        width: '520px',
        ariaLabelledBy: 'ls-purge-title',
      })
      .afterClosed()
      .subscribe((result) => {
        if (!result) return;
        this.toasts.show($localize`${formatCount(result.rows)}:rows: rows deleted`);
        this.records.reload();
      });
  }
}
