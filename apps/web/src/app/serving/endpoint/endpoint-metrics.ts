import { Component, computed, input } from '@angular/core';
import { apiResource, getServingMetrics, type ServingMetricsDto } from '@lakescope/web-api';
import { EmptyState, formatCount, formatMilliseconds, Icon, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';

type Measured = Omit<ServingMetricsDto, 'endpoint_name' | 'entities' | 'collected_at'>;

/** How an endpoint does at the moment, as the platform measures it: how fast, how much, and how often in vain. */
@Component({
  selector: 'ls-endpoint-metrics',
  imports: [EmptyState, Icon, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './endpoint-metrics.html',
  styleUrl: './endpoint-metrics.css',
})
export class EndpointMetrics {
  readonly name = input.required<string>();

  protected readonly metrics = apiResource(getServingMetrics, () => ({ path: { name: this.name() } }));
  protected readonly columns = [
    { key: 'p50', label: 'p50' },
    { key: 'p95', label: 'p95' },
    { key: 'p99', label: 'p99' },
    { key: 'rate', label: $localize`Requests/s` },
    { key: 'refused', label: $localize`Refused (4xx)` },
    { key: 'failed', label: $localize`Failed (5xx)` },
    { key: 'concurrency', label: $localize`Concurrency` },
    { key: 'cpu', label: 'CPU' },
    { key: 'memory', label: $localize`Memory` },
  ] as const;
  protected readonly rows = computed(() => {
    const metrics = this.metrics.latest();
    if (metrics === undefined || metrics.endpoint_name !== this.name()) return [];
    return [
      { id: '', name: $localize`The endpoint`, cells: this.cellsOf(metrics) },
      ...metrics.entities.map((entity) => ({
        id: entity.served_entity,
        name: entity.served_entity,
        cells: this.cellsOf(entity),
      })),
    ];
  });
  protected readonly isQuiet = computed(() => {
    const metrics = this.metrics.latest();
    return metrics !== undefined && metrics.latency_ms === null && metrics.requests_per_second === null;
  });

  private cellsOf(measured: Measured): readonly { readonly key: string; readonly text: string }[] {
    const { latency_ms: latency } = measured;
    const texts: Readonly<Record<(typeof this.columns)[number]['key'], string>> = {
      p50: milliseconds(latency?.p50),
      p95: milliseconds(latency?.p95),
      p99: milliseconds(latency?.p99),
      rate: count(measured.requests_per_second),
      refused: count(measured.errors_4xx),
      failed: count(measured.errors_5xx),
      concurrency: count(measured.concurrency),
      cpu: percent(measured.cpu_percent),
      memory: percent(measured.memory_percent),
    };
    return this.columns.map(({ key }) => ({ key, text: texts[key] }));
  }
}

/** What nobody measured is a dash, never a zero. */
function milliseconds(value: number | undefined): string {
  return value === undefined ? '—' : formatMilliseconds(value);
}

function count(value: number | null): string {
  return value === null ? '—' : formatCount(value);
}

function percent(value: number | null): string {
  return value === null ? '—' : `${formatCount(value)} %`;
}
