import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { BarSeries, type HeatCell, HeatMap, LatencyChart, ShareBars } from '@lakescope/web-charts';
import { EmptyState, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { eventBars, heatOf, latencyOf, requestBars, sharesOf, slotAt, slotsOf, userLines } from './chart-data';
import { DataAsOf } from './data-as-of';
import { EndpointTable } from './endpoint-table';
import { MetricCards } from './metric-cards';
import { type MetricsRange, RAW_MS } from './metrics-range';
import { MetricsStore } from './metrics-store';
import { RangePicker } from './range-picker';
import { RequestList } from './request-list';
import { TopUsers } from './top-users';

/** How the API is doing and how it is used, over a range of time. */
@Component({
  selector: 'ls-metrics-dashboard',
  imports: [
    BarSeries,
    DataAsOf,
    EmptyState,
    EndpointTable,
    HeatMap,
    Icon,
    LatencyChart,
    MatButton,
    MetricCards,
    ProblemBanner,
    RangePicker,
    RequestList,
    ShareBars,
    Skeleton,
    TopUsers,
  ],
  providers: [MetricsStore],
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.css',
})
export class Dashboard {
  protected readonly store = inject(MetricsStore);

  protected readonly performance = this.store.performance.value;
  private readonly series = this.store.series.value;
  protected readonly isSeriesLoading = computed(() => this.series() === undefined);
  protected readonly isHeatLoading = computed(() => this.store.heat.value() === undefined);
  protected readonly slots = computed(() => slotsOf(this.series()));
  protected readonly latency = computed(() => latencyOf(this.series()));
  protected readonly requestBars = computed(() => requestBars(this.series()));
  protected readonly eventBars = computed(() => eventBars(this.series()));
  protected readonly userLines = computed(() => userLines(this.series()));
  protected readonly heat = computed(() => heatOf(this.store.heat.value()));
  protected readonly events = computed(() => sharesOf(this.store.usage.value()?.event_distribution));
  protected readonly pages = computed(() => sharesOf(this.store.usage.value()?.page_views));
  private readonly from = computed(() => this.store.view().requests?.from);
  protected readonly markedSlot = computed(() => slotAt(this.slots(), this.from()));
  protected readonly markedHeat = computed(() => slotAt(this.heat(), this.from()));

  protected readonly isFiltered = computed(() => {
    const { endpoint, method, eventType } = this.store.view();
    return [endpoint, method, eventType].some((value) => value !== undefined);
  });
  /** Nothing at all has been counted in the range. */
  protected readonly isEmpty = computed(
    () => this.performance()?.metrics.total_requests === 0 && this.store.usage.value()?.metrics.total_events === 0,
  );

  protected pickRange(range: MetricsRange): void {
    const { requests } = this.store.view();
    this.store.go({ range, page: 0, requests: requests && { ...requests, from: undefined, to: undefined } });
  }

  protected narrow({ endpoint, method }: { endpoint?: string; method?: string }): void {
    this.store.go({ endpoint, method, page: 0, search: '' });
  }

  protected openRequests({ endpoint, method }: { endpoint?: string; method?: string }): void {
    this.store.openRequests({ endpoint, method, page: 0, search: '', requests: {} });
  }

  /** Into the single requests of a slot, or, where they are no longer kept, into the slot as a range of its own. */
  protected openSlot(slot: number): void {
    this.open(this.slots().times[slot], this.slots().intervalSeconds);
  }

  protected openCell({ slot, aboveMs }: HeatCell): void {
    this.open(this.heat().times[slot], this.heat().intervalSeconds, aboveMs);
  }

  private open(from: string | undefined, seconds: number, minMs?: number): void {
    if (from === undefined) return;
    const now = Date.now();
    const begins = Math.max(Date.parse(from), now - RAW_MS);
    const ends = Math.min(Date.parse(from) + seconds * 1000, now);
    if (ends <= begins) {
      this.store.go({
        range: { start: from, end: new Date(Date.parse(from) + seconds * 1000).toISOString() },
        page: 0,
      });
      return;
    }
    this.store.openRequests({
      requests: {
        from: new Date(begins).toISOString(),
        to: new Date(ends).toISOString(),
        minMs: minMs || undefined,
      },
    });
  }
}
