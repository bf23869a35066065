import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router } from '@angular/router';
import { apiPages, getTableHistory } from '@lakescope/web-api';
import { EmptyState, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { readRequest } from '../read-request';
import { type TableSource } from '../table-source';
import { changeBars } from './change-bars';
import { CommitRow } from './commit-row';
import { type Comparison, comparisonFrom, comparisonOf, comparisonText, toggled } from './comparison';
import { VersionDiff } from './version-diff';
import { VersionPicker } from './version-picker';

const PAGE_SIZE = 50;

/** The commits of a table, newest first; each leads to the table as it was then. */
@Component({
  selector: 'ls-history',
  imports: [CommitRow, EmptyState, MatButton, ProblemBanner, Skeleton, VersionDiff, VersionPicker],
  templateUrl: './history-timeline.html',
  styleUrl: './history-timeline.css',
})
export class HistoryTimeline {
  readonly source = input.required<TableSource>();
  readonly version = input<number>();

  private readonly request = readRequest();
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });

  protected readonly comparison = computed(() => comparisonFrom(this.query().get('compare')), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  /** In the order in which they were chosen; a single one waits for the other. */
  protected readonly chosen = linkedSignal<readonly number[]>(() => {
    const comparison = this.comparison();
    return comparison ? [comparison.from, comparison.to] : [];
  });
  protected readonly newest = computed(() => this.history.items()[0]?.version);

  protected readonly history = apiPages(getTableHistory, (cursor) => ({
    body: { ...this.request(this.source()).body, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  protected readonly rows = computed(() => {
    const entries = this.history.items();
    const bars = changeBars(entries);
    return entries.map((entry, index) => ({ entry, bar: bars[index] ?? { added: 0, removed: 0 } }));
  });

  protected choose(version: number): void {
    const chosen = toggled(this.chosen(), version);
    this.chosen.set(chosen);
    const comparison = comparisonOf(chosen);
    if (comparison || this.comparison()) this.compare(comparison, chosen);
  }

  protected compare(comparison: Comparison | undefined, chosen?: readonly number[]): void {
    void this.router
      .navigate([], {
        relativeTo: this.route,
        queryParams: { compare: comparison ? comparisonText(comparison) : null },
        queryParamsHandling: 'merge',
      })
      // With the comparison gone from the URL the one that is left still waits for another.
      .then(() => chosen && this.chosen.set(chosen));
  }
}
