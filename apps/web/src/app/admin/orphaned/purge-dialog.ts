import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import {
  Api,
  apiResource,
  type Problem,
  problemFrom,
  purgeOrphanedRecords,
  type PurgeResultDto,
} from '@lakescope/web-api';
import { formatCount, ProblemBanner, Skeleton } from '@lakescope/web-ui';

/**
 * Shows first what a purge would delete, as the server counts it, and asks for the number of rows to be typed: nobody
 * deletes by a habit of pressing Enter.
 */
@Component({
  selector: 'ls-purge-dialog',
  imports: [MatButton, MatDialogClose, ProblemBanner, Skeleton],
  templateUrl: './purge-dialog.html',
  styleUrl: './purge-dialog.css',
})
export class PurgeDialog {
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<PurgeDialog, PurgeResultDto>>(MatDialogRef);
  protected readonly days = inject<number>(MAT_DIALOG_DATA);

  protected readonly trial = apiResource(purgeOrphanedRecords, () => ({
    query: { inactive_days: this.days, dry_run: true },
  }));
  private readonly count = computed(() => this.trial.value()?.rows ?? 0);
  protected readonly users = computed(() => formatCount(this.trial.value()?.users ?? 0));
  protected readonly rows = computed(() => formatCount(this.count()));
  protected readonly tables = computed(() =>
    (this.trial.value()?.tables ?? []).map(({ table, rows }) => ({ table, rows: formatCount(rows) })),
  );
  /** What has to be typed. */
  protected readonly phrase = computed(() =>
    this.count() === 1 ? $localize`delete 1 row` : $localize`delete ${this.count()}:rows: rows`,
  );
  protected readonly typed = signal('');
  protected readonly isConfirmed = computed(() => this.typed().trim().toLowerCase() === this.phrase());
  protected readonly isPurging = signal(false);
  protected readonly problem = signal<Problem | undefined>(undefined);

  protected onInput(event: Event): void {
    this.typed.set((event.target as HTMLInputElement).value);
  }

  protected async purge(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.isConfirmed() || this.isPurging()) return;
    this.isPurging.set(true);
    this.problem.set(undefined);
    try {
      const query = { inactive_days: this.days, dry_run: false };
      this.dialog.close(await this.api.invoke(purgeOrphanedRecords, { query }));
    } catch (error) {
      this.problem.set(problemFrom(error));
    } finally {
      this.isPurging.set(false);
    }
  }
}
