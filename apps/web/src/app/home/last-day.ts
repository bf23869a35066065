import { Component, computed } from '@angular/core';
import { RouterLink } from '@angular/router';
import { apiResource, getMetricsTimeSeries } from '@lakescope/web-api';
import { compactCount, formatCount, formatShare, ProblemBanner, Skeleton, Sparkline } from '@lakescope/web-ui';

/** The last 24 hours of this app, for those who run it: how much was asked of it, and how much of that failed. */
@Component({
  selector: 'ls-last-day',
  imports: [ProblemBanner, RouterLink, Skeleton, Sparkline],
  templateUrl: './last-day.html',
  styleUrl: './tiles.css',
})
export class LastDay {
  protected readonly series = apiResource(getMetricsTimeSeries, () => ({
    query: { time_range: '24h' as const, metric_type: 'performance' as const },
  }));
  private readonly points = computed(() => this.series.latest()?.data_points ?? []);
  private readonly totals = computed(() => ({
    requests: this.points().reduce((sum, point) => sum + point.total_requests, 0),
    errors: this.points().reduce((sum, point) => sum + point.error_count, 0),
  }));

  protected readonly isQuiet = computed(() => this.totals().requests === 0);
  protected readonly requests = computed(() => ({
    short: compactCount(this.totals().requests),
    exact: formatCount(this.totals().requests),
    course: this.points().map((point) => point.total_requests),
  }));
  protected readonly errors = computed(() => ({
    share: this.isQuiet() ? '–' : formatShare(this.totals().errors / this.totals().requests),
    exact: formatCount(this.totals().errors),
    course: this.points().map((point) => point.error_rate),
  }));
}
