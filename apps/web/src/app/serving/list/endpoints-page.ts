import { Clipboard } from '@angular/cdk/clipboard';
import { Component, computed, DOCUMENT, effect, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { apiPages, listServingEndpoints } from '@lakescope/web-api';
import {
  Chip,
  csvFile,
  csvLine,
  EmptyState,
  formatCount,
  Icon,
  ProblemBanner,
  RowKeys,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { ColumnPicker } from '../../delta/preview/column-picker';
import { saveFile } from '../../delta/preview/received-file';
import { Toasts } from '../../shell/toasts';
import { UsageEvents } from '../../tracking/usage-events';
import { configUpdate, permission, purpose, readiness } from '../endpoint-states';
import { columnsText, shownColumns, shownNames } from '../shown-columns';
import { COMPARISON } from '../comparison-address';
import { Traffic } from '../traffic';
import { ENDPOINT_COLUMNS, endpointLines } from './endpoint-columns';
import { type EndpointKey, listed, nextOrder, orderFrom, orderText } from './endpoint-list';

const A_PAGE = 500;
/** So many rows at once; more are shown on request. */
const A_SCREEN = 100;

/** The serving endpoints one may see: whether they answer, what is behind them, and what one may do there. */
@Component({
  selector: 'ls-endpoints-page',
  imports: [
    Chip,
    ColumnPicker,
    EmptyState,
    Icon,
    MatButton,
    ProblemBanner,
    RouterLink,
    RowKeys,
    Skeleton,
    TimeAgo,
    Traffic,
  ],
  templateUrl: './endpoints-page.html',
  styleUrls: ['../../shell/stacked-table.css', './endpoints-page.css'],
})
export class EndpointsPage {
  /** Query parameters: the page's state is its URL. */
  readonly q = input<string>();
  readonly state = input<string>();
  readonly task = input<string>();
  readonly sort = input<string>();
  /** Columns, by their keys. */
  readonly cols = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly document = inject(DOCUMENT);
  private readonly clipboard = inject(Clipboard);
  private readonly toasts = inject(Toasts);
  private readonly usage = inject(UsageEvents);
  protected readonly endpoints = apiPages(listServingEndpoints, (cursor) => ({
    query: { limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  protected readonly comparison = COMPARISON;
  protected readonly limit = signal(A_SCREEN);
  protected readonly order = computed(() => orderFrom(this.sort()));
  protected readonly tasks = computed(() => [...new Set(this.endpoints.items().map(purpose))].sort());
  protected readonly states = [
    { value: 'ready', label: $localize`ready` },
    { value: 'not-ready', label: $localize`not ready` },
    { value: 'updating', label: $localize`updating` },
    { value: 'failed', label: $localize`update failed` },
  ];
  protected readonly columns = ENDPOINT_COLUMNS;
  protected readonly shown = computed(() => shownColumns(this.cols(), this.columns));
  protected readonly chosenNames = computed(() => shownNames(this.shown(), this.columns));
  protected readonly headings = computed(() => this.columns.filter(({ key }) => this.shown().has(key)));
  private readonly found = computed(() =>
    listed(
      this.endpoints.items(),
      { text: this.q() ?? '', state: this.state() ?? '', task: this.task() ?? '' },
      this.order(),
    ),
  );
  protected readonly rows = computed(() =>
    this.found()
      .slice(0, this.limit())
      .map((endpoint, index) => ({
        endpoint,
        index,
        link: ['/serving', endpoint.name],
        readiness: readiness(endpoint),
        update: configUpdate(endpoint),
        purpose: purpose(endpoint),
        permission: permission(endpoint),
      })),
  );
  protected readonly hidden = computed(() => Math.max(0, this.found().length - this.limit()));
  protected readonly isFiltered = computed(() => Boolean(this.q() || this.state() || this.task()));
  protected readonly count = computed(() => {
    const [shown, all] = [formatCount(this.found().length), formatCount(this.endpoints.items().length)];
    return this.isFiltered() ? $localize`${shown}:shown: of ${all}:all: endpoints` : $localize`${all}:all: endpoints`;
  });

  constructor() {
    // Filter and order are of the whole list, so the whole list is here.
    effect(() => {
      if (this.endpoints.hasMore() && !this.endpoints.isLoadingMore() && !this.endpoints.problem()) {
        void this.endpoints.loadMore();
      }
    });
  }

  protected filter(name: 'q' | 'state' | 'task', event: Event): void {
    const { value } = event.target as HTMLInputElement;
    this.go({ [name]: value === '' ? null : value });
  }

  protected clear(): void {
    this.go({ q: null, state: null, task: null });
  }

  protected orderBy(key: EndpointKey): void {
    this.go({ sort: orderText(nextOrder(this.order(), key)) });
  }

  protected direction(key: EndpointKey): 'ascending' | 'descending' | null {
    const { key: present, isDescending } = this.order();
    if (present !== key) return null;
    return isDescending ? 'descending' : 'ascending';
  }

  protected choose(names: readonly string[] | undefined): void {
    this.go({ cols: columnsText(names, this.columns) });
  }

  /** All that are found, also those that are not drawn. */
  protected save(): void {
    saveFile(this.document, 'endpoints.csv', csvFile(endpointLines(this.found(), this.shown())));
    this.usage.record('export_triggered', { elementId: 'serving-csv', metadata: { format: 'csv' } });
  }

  protected copy(index: number): void {
    const [, cells = []] = endpointLines(this.found().slice(index, index + 1), this.shown());
    this.clipboard.copy(csvLine(cells).trimEnd());
    this.toasts.show($localize`Row copied`);
  }

  protected showMore(): void {
    this.limit.update((limit) => limit + A_SCREEN);
  }

  private go(queryParams: Readonly<Record<string, string | null>>): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
