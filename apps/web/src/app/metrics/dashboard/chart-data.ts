import { type Heat, type LatencySeries, type Share, type TimeSlots } from '@lakescope/web-charts';
import { type LatencyHeatmapDto, type MetricsTimeSeriesDto } from '@lakescope/web-api';
import { type ChartSeries } from '@lakescope/web-ui';

type Point = MetricsTimeSeriesDto['data_points'][number];

/** The slots of a series; none while it loads. */
export function slotsOf(series: MetricsTimeSeriesDto | undefined): TimeSlots {
  return {
    times: series?.data_points.map(({ timestamp }) => timestamp) ?? [],
    intervalSeconds: series?.interval_seconds ?? 0,
  };
}

export function latencyOf(series: MetricsTimeSeriesDto | undefined): LatencySeries {
  const each = (value: (point: Point) => number | null): (number | null)[] => series?.data_points.map(value) ?? [];
  return {
    ...slotsOf(series),
    p50: each((point) => point.p50_response_time_ms),
    p95: each((point) => point.p95_response_time_ms),
    p99: each((point) => point.p99_response_time_ms),
    errorRate: each((point) => point.error_rate),
  };
}

/** Requests that succeeded, and on them those that failed. */
export function requestBars(series: MetricsTimeSeriesDto | undefined): readonly ChartSeries[] {
  const points = series?.data_points ?? [];
  return [
    {
      name: $localize`Succeeded`,
      color: 1,
      values: points.map(({ total_requests, error_count }) => total_requests - error_count),
    },
    { name: $localize`Failed`, color: 5, values: points.map(({ error_count }) => error_count) },
  ];
}

export function eventBars(series: MetricsTimeSeriesDto | undefined): readonly ChartSeries[] {
  const points = series?.data_points ?? [];
  return [{ name: $localize`Events`, color: 6, values: points.map(({ total_events }) => total_events) }];
}

export function userLines(series: MetricsTimeSeriesDto | undefined): readonly ChartSeries[] {
  const points = series?.data_points ?? [];
  return [{ name: $localize`Unique users`, color: 2, values: points.map(({ unique_users }) => unique_users) }];
}

export function heatOf(heat: LatencyHeatmapDto | undefined): Heat {
  return {
    times: heat?.times ?? [],
    intervalSeconds: heat?.interval_seconds ?? 0,
    bounds: heat?.bounds_ms ?? [],
    counts: heat?.counts ?? [],
  };
}

/** Counts by name, as the API answers them, as parts of a whole. */
export function sharesOf(counts: Readonly<Record<string, number>> | undefined): readonly Share[] {
  return Object.entries(counts ?? {}).map(([name, count]) => ({ key: name, label: name, count }));
}

/** Which slot begins at an instant; undefined when none does. */
export function slotAt({ times }: TimeSlots, from: string | undefined): number | undefined {
  const index = from === undefined ? -1 : times.findIndex((time) => Date.parse(time) === Date.parse(from));
  return index < 0 ? undefined : index;
}
