import { computed, inject, Service, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import {
  apiPages,
  apiResource,
  exportPerformanceMetrics,
  getLatencyHeatmap,
  getMetricsTimeSeries,
  getPerformanceMetrics,
  getUsageMetrics,
  listRequests,
  listTopUsers,
} from '@lakescope/web-api';
import { RAW_MS, rangeBounds, rangeQuery } from './metrics-range';
import { type MetricsView, type RequestsView, viewFrom, viewParams } from './metrics-view';

const REQUESTS_A_PAGE = 25;
const TOP_USERS = 50;

const same = { equal: (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b) };

/** What the dashboard shows, as the URL says it, and what the API answers to that. Nothing is asked again by itself. */
@Service({ autoProvided: false })
export class MetricsStore {
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly params = toSignal(this.route.queryParamMap, { requireSync: true });

  readonly view = computed(() => viewFrom((name) => this.params().get(name)), same);
  private readonly range = computed(() => rangeQuery(this.view().range), same);
  private readonly filter = computed(() => {
    const { endpoint, method } = this.view();
    return { ...this.range(), ...(endpoint ? { endpoint } : {}), ...(method ? { method } : {}) };
  }, same);
  private readonly comparison = computed(() => (this.view().isCompared ? { compare: 'previous' as const } : {}), same);
  private readonly eventType = computed(() => {
    const { eventType } = this.view();
    return eventType ? { event_type: eventType } : {};
  }, same);
  private readonly asksForUsers = computed(() => this.view().showsUsers);

  readonly performance = apiResource(getPerformanceMetrics, () => ({
    query: { ...this.filter(), ...this.comparison() },
  }));
  readonly usage = apiResource(getUsageMetrics, () => ({
    query: { ...this.range(), ...this.eventType(), ...this.comparison() },
  }));
  readonly series = apiResource(getMetricsTimeSeries, () => ({ query: this.filter() }));
  readonly heat = apiResource(getLatencyHeatmap, () => ({ query: this.filter() }));
  readonly topUsers = apiResource(listTopUsers, () =>
    this.asksForUsers() ? { query: { ...this.range(), limit: TOP_USERS } } : undefined,
  );

  /** Single requests are kept for a week: of a longer range, only its last week can be looked into. */
  readonly isRangeBeyondRaw = computed(() => {
    const { range } = this.view();
    return rangeBounds(range, Date.now()).from < Date.now() - RAW_MS;
  });
  private readonly requestFilter = computed(() => {
    const { requests, endpoint, method } = this.view();
    if (requests === undefined) return undefined;
    const { from, to, status, minMs, userId } = requests;
    const time =
      from && to ? { start: from, end: to } : this.isRangeBeyondRaw() ? { time_range: '7d' as const } : this.range();
    return {
      ...time,
      ...(endpoint ? { endpoint } : {}),
      ...(method ? { method } : {}),
      ...(status ? { status } : {}),
      ...(minMs ? { min_ms: minMs } : {}),
      ...(userId ? { user_id: userId } : {}),
    };
  }, same);
  readonly requests = apiPages(listRequests, (cursor) => {
    const filter = this.requestFilter();
    return filter && { query: { ...filter, limit: REQUESTS_A_PAGE, ...(cursor === undefined ? {} : { cursor }) } };
  });

  private readonly parts = [this.performance, this.usage, this.series, this.heat];
  /** The first thing that went wrong: when the database is away, all of it did, and once is enough to say so. */
  readonly problem = computed(() =>
    this.parts.map(({ problem }) => problem()).find((problem) => problem !== undefined),
  );
  readonly isLoading = computed(() => this.parts.some(({ isLoading }) => isLoading()));
  /** When the oldest of what is shown was true. */
  readonly asOf = computed(() => {
    const known = this.parts.map(({ value }) => value()?.as_of).filter((asOf) => asOf !== undefined);
    return known.sort()[0];
  });
  readonly csv = computed(() => exportPerformanceMetrics({ query: this.filter() }).urlWithParams);

  refresh(): void {
    for (const part of this.parts) part.reload();
    if (this.asksForUsers()) this.topUsers.reload();
    if (this.view().requests) this.requests.reload();
  }

  private readonly openings = signal(0);
  /** Grows each time somebody asks for single requests, from wherever on the page that was. */
  readonly requestsOpened = this.openings.asReadonly();

  /** Looks into single requests. */
  openRequests(change: Partial<MetricsView> & { readonly requests: RequestsView }): void {
    this.openings.update((count) => count + 1);
    this.go(change);
  }

  /** Shows something else, at a URL of its own. */
  go(change: Partial<MetricsView>): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: viewParams(change),
      queryParamsHandling: 'merge',
    });
  }

  /** As `go`, without a step for the Back button: for how something is shown rather than what. */
  adjust(change: Partial<MetricsView>): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: viewParams(change),
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
