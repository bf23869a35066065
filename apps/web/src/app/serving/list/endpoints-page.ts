import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { apiPages, listServingEndpoints } from '@lakescope/web-api';
import { Chip, EmptyState, formatCount, Icon, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { configUpdate, permission, purpose, readiness } from '../endpoint-states';
import { COMPARISON } from '../comparison-address';
import { Traffic } from '../traffic';
import { type EndpointKey, listed, nextOrder, orderFrom, orderText } from './endpoint-list';

const A_PAGE = 500;
/** So many rows at once; more are shown on request. */
const A_SCREEN = 100;

/** The serving endpoints one may see: whether they answer, what is behind them, and what one may do there. */
@Component({
  selector: 'ls-endpoints-page',
  imports: [Chip, EmptyState, Icon, ProblemBanner, RouterLink, Skeleton, TimeAgo, Traffic],
  templateUrl: './endpoints-page.html',
  styleUrl: './endpoints-page.css',
})
export class EndpointsPage {
  /** Query parameters: the page's state is its URL. */
  readonly q = input<string>();
  readonly state = input<string>();
  readonly task = input<string>();
  readonly sort = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
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
  protected readonly headings: readonly { readonly key: EndpointKey; readonly label: string }[] = [
    { key: 'name', label: $localize`Endpoint` },
    { key: 'state', label: $localize`State` },
    { key: 'task', label: $localize`Task` },
  ];
  protected readonly lateHeadings: readonly { readonly key: EndpointKey; readonly label: string }[] = [
    { key: 'creator', label: $localize`Creator` },
    { key: 'updated', label: $localize`Updated` },
  ];
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
      .map((endpoint) => ({
        endpoint,
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
