import { Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { apiPages, listQueries, type PastQueryDto } from '@lakescope/web-api';
import {
  Chip,
  type ChipTone,
  EmptyState,
  formatCount,
  formatMilliseconds,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { fullName } from '../catalog-place';
import { queryParams } from './query-definition';
import { QueryDraft } from './query-draft';
import { definitionOf } from './query-request';

const A_PAGE = 25;

/** In the state of a navigation, not in its address: a reload of the page must not run the query once more. */
export const RUN_ON_ARRIVAL = { runQuery: true };

const STATUSES: Readonly<Record<PastQueryDto['status'], { readonly text: string; readonly tone: ChipTone }>> = {
  PENDING: { text: $localize`waiting`, tone: 'primary' },
  RUNNING: { text: $localize`running`, tone: 'primary' },
  SUCCEEDED: { text: $localize`succeeded`, tone: 'ok' },
  FAILED: { text: $localize`failed`, tone: 'bad' },
  CANCELED: { text: $localize`cancelled`, tone: 'neutral' },
  INTERRUPTED: { text: $localize`interrupted`, tone: 'warn' },
};

/** What somebody asked before, of any table: to look at again, or to ask again. */
@Component({
  selector: 'ls-query-history',
  imports: [Chip, EmptyState, MatButton, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './query-history.html',
  styleUrl: './query-history.css',
})
export class QueryHistory {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();
  readonly table = input.required<string>();

  /** The query is in the builder and is to be run. */
  readonly rerun = output();

  private readonly draft = inject(QueryDraft);
  private readonly router = inject(Router);

  protected readonly queries = apiPages(listQueries, (cursor) => ({
    query: { limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  private readonly here = computed(() => fullName([this.catalog(), this.schema(), this.table()]));
  protected readonly rows = computed(() =>
    this.queries.items().map((query) => {
      const of = fullName([query.catalog, query.schema, query.table]);
      return {
        query,
        of,
        isHere: of === this.here(),
        ...STATUSES[query.status],
        rows: query.row_count === null ? '' : formatCount(query.row_count),
        took: query.execution_time_ms === null ? '' : formatMilliseconds(query.execution_time_ms),
      };
    }),
  );

  reload(): void {
    this.queries.reload();
  }

  /** Shows the result again, with the builder as it was. */
  protected open(query: PastQueryDto): void {
    this.go(query, { query: query.query_id, show: null });
  }

  /** Puts the query into the builder, to be changed and run again. */
  protected reuse(query: PastQueryDto): void {
    this.go(query, { query: null, show: null });
  }

  protected runAgain(query: PastQueryDto): void {
    const definition = definitionOf(query.request);
    if (fullName([query.catalog, query.schema, query.table]) === this.here()) {
      this.draft.open(definition);
      this.rerun.emit();
      return;
    }
    void this.router.navigate(['/catalog', query.catalog, query.schema, query.table, 'query'], {
      queryParams: queryParams(definition),
      state: RUN_ON_ARRIVAL,
    });
  }

  private go(query: PastQueryDto, params: { readonly query: string | null; readonly show: null }): void {
    const definition = definitionOf(query.request);
    void this.router.navigate(['/catalog', query.catalog, query.schema, query.table, 'query'], {
      queryParams: { ...queryParams(definition), ...params },
    });
  }
}
