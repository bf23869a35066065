import { Component, computed, inject, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  DataGrid,
  EmptyState,
  formatCount,
  formatDuration,
  type GridOrderChange,
  Icon,
  ProblemBanner,
} from '@lakescope/web-ui';
import { Toasts } from '../../shell/toasts';
import { type QueryDefinition } from './query-definition';
import { failedQuery } from './query-failure';
import { definitionOf } from './query-request';
import { QueryRun } from './query-run';
import { runClock } from './run-clock';

/** What came of a query, or how far it is. */
@Component({
  selector: 'ls-query-result',
  imports: [DataGrid, EmptyState, Icon, MatButton, ProblemBanner],
  templateUrl: './query-result.html',
  styleUrl: './query-result.css',
})
export class QueryResult {
  readonly run = output();
  readonly changed = output<Partial<QueryDefinition>>();
  readonly filtered = output<string>();
  readonly ordered = output<GridOrderChange>();

  protected readonly query = inject(QueryRun);
  protected readonly toasts = inject(Toasts);

  protected readonly rows = this.query.rows;
  protected readonly result = this.query.result;
  protected readonly status = computed(() => this.query.answer()?.status);
  /** Also a success whose rows the warehouse has dropped meanwhile. */
  protected readonly failed = computed(() => {
    const answer = this.query.answer();
    if (this.query.isUnderWay() || !answer) return undefined;
    const isFailure = answer.status === 'FAILED' || (answer.status === 'SUCCEEDED' && answer.error !== null);
    return isFailure ? failedQuery(answer.error) : undefined;
  });
  protected readonly clock = computed(() => runClock(this.query.elapsedMs()));
  protected readonly starting = computed(() => {
    const milliseconds = this.query.startingMs();
    return milliseconds === undefined ? undefined : formatDuration(milliseconds / 1000);
  });
  protected readonly isWaiting = computed(() => this.status() !== 'RUNNING');
  /** What the rows on screen were asked by: the builder may have moved on. */
  protected readonly asked = computed(() => definitionOf(this.result()?.request ?? {}));
  protected readonly isLastPage = computed(() => (this.result()?.row_count ?? 0) < this.asked().limit);
  protected readonly range = computed(() => {
    const count = this.result()?.row_count ?? 0;
    if (count === 0) return undefined;
    const first = this.asked().offset + 1;
    return $localize`Rows ${formatCount(first)}:first: to ${formatCount(first + count - 1)}:last:`;
  });
  protected readonly isLoadingChunks = computed(() => this.rows().length < (this.result()?.row_count ?? 0));
  protected readonly loadedOf = computed(() => {
    const [loaded, all] = [formatCount(this.rows().length), formatCount(this.result()?.row_count ?? 0)];
    return $localize`${loaded}:loaded: of ${all}:all: rows loaded`;
  });

  protected goTo(offset: number): void {
    this.changed.emit({ offset: Math.max(0, offset) });
  }

  protected loadMore(): void {
    void this.query.loadNextChunk();
  }

  protected retry(): void {
    const id = this.query.answer()?.query_id;
    if (id === undefined) this.run.emit();
    else this.query.resume(id);
  }
}
