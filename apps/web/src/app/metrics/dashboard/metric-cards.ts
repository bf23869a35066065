import { Component, computed, inject } from '@angular/core';
import { type Percentile, PercentilePicker } from '@lakescope/web-charts';
import { type MetricsTimeSeriesDto, type PerformanceTotalsDto } from '@lakescope/web-api';
import { compactCount, formatCount, formatMilliseconds, formatShare } from '@lakescope/web-ui';
import { pointChange, relativeChange } from './change';
import { MetricCard } from './metric-card';
import { MetricsStore } from './metrics-store';

type Point = MetricsTimeSeriesDto['data_points'][number];

/** The numbers of the whole range, each beside what it was in the time before. */
@Component({
  selector: 'ls-metric-cards',
  imports: [MetricCard, PercentilePicker],
  templateUrl: './metric-cards.html',
  styles: `
    :host {
      display: grid;
      grid-template-columns: repeat(4, minmax(0, 1fr));
      grid-auto-rows: auto auto auto minmax(28px, auto);
      gap: var(--ls-space-3);
    }
    @media (max-width: 959px) {
      :host {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
    }
  `,
})
export class MetricCards {
  protected readonly store = inject(MetricsStore);

  private readonly now = computed(() => this.store.performance.value()?.metrics);
  private readonly before = computed(() => this.store.performance.value()?.previous?.metrics);
  private readonly usageNow = computed(() => this.store.usage.value()?.metrics);
  private readonly usageBefore = computed(() => this.store.usage.value()?.previous?.metrics);
  protected readonly isPerformanceLoading = computed(() => this.store.performance.value() === undefined);
  protected readonly isUsageLoading = computed(() => this.store.usage.value() === undefined);
  /** p95 where all of them are looked at: one card has room for one. */
  protected readonly percentile = computed<Percentile>(() => {
    const { percentile } = this.store.view();
    return percentile === 'all' ? 'p95' : percentile;
  });
  protected readonly note = computed(() => {
    const { isCompared } = this.store.view();
    const answer = this.store.performance.value();
    return isCompared && answer && answer.previous === null ? $localize`no history before` : '';
  });

  protected readonly requests = computed(() => ({
    ...this.count(this.now()?.total_requests),
    change: relativeChange(this.now()?.total_requests, this.before()?.total_requests, 'neutral'),
    course: this.course((point) => point.total_requests),
  }));
  protected readonly errors = computed(() => ({
    value: shareText(errorRateOf(this.now())),
    exact: $localize`${formatCount(this.now()?.error_count ?? 0)}:count: failed`,
    change: pointChange(errorRateOf(this.now()), errorRateOf(this.before()), 'worse'),
    course: this.course((point) => point.error_rate),
  }));
  protected readonly average = computed(() => ({
    ...this.latency('avg_response_time_ms'),
    course: this.course((point) => point.avg_response_time_ms),
  }));
  protected readonly chosen = computed(() => {
    const name = `${this.percentile()}_response_time_ms` as const;
    return {
      ...this.latency(name),
      course: this.course((point) => point[name]),
    };
  });
  protected readonly activeUsers = computed(() => ({
    ...this.count(this.now()?.active_users),
    change: relativeChange(this.now()?.active_users, this.before()?.active_users, 'neutral'),
    note: this.unknownNote(this.now()?.active_users),
  }));
  protected readonly events = computed(() => ({
    ...this.count(this.usageNow()?.total_events),
    change: relativeChange(this.usageNow()?.total_events, this.usageBefore()?.total_events, 'neutral'),
    course: this.store.view().eventType ? [] : this.course((point) => point.total_events),
  }));
  protected readonly uniqueUsers = computed(() => ({
    ...this.count(this.usageNow()?.unique_users),
    change: relativeChange(this.usageNow()?.unique_users, this.usageBefore()?.unique_users, 'neutral'),
    note: this.unknownNote(this.usageNow()?.unique_users),
    course: this.store.view().eventType ? [] : this.course((point) => point.unique_users),
  }));
  protected readonly eventTypes = computed(() => {
    const types = Object.values(this.store.usage.value()?.event_distribution ?? {});
    return this.count(types.filter((count) => count > 0).length);
  });

  private count(count: number | null | undefined): { readonly value: string; readonly exact: string } {
    return count == null ? { value: '–', exact: '' } : { value: compactCount(count), exact: formatCount(count) };
  }

  private latency(name: keyof PerformanceTotalsDto & `${string}_response_time_ms`) {
    const [now, before] = [this.now()?.[name], this.before()?.[name]];
    return {
      value: now == null ? '–' : formatMilliseconds(now),
      change: relativeChange(now, before, 'worse', formatMilliseconds),
    };
  }

  private unknownNote(users: number | null | undefined): string {
    return users === null ? $localize`known for up to 48 hours` : this.note();
  }

  private course(value: (point: Point) => number | null): readonly (number | null)[] {
    return this.store.series.value()?.data_points.map(value) ?? [];
  }
}

/** Null when nothing was asked: the API says 0 then, and 0 would be praise. */
function errorRateOf(totals: PerformanceTotalsDto | undefined): number | null {
  return totals === undefined || totals.total_requests === 0 ? null : totals.error_rate;
}

function shareText(ratio: number | null): string {
  return ratio === null ? '–' : formatShare(ratio);
}
