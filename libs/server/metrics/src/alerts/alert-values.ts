import { Injectable } from '@nestjs/common';
import { MetricsReader, type MetricsTotals } from '../queries/metrics-reader';
import type { AlertRule } from './alert-rule.entity';

const MINUTE_MS = 60_000;

/** What rules look at: the value of each over its window. */
@Injectable()
export class AlertValues {
  constructor(private readonly metrics: MetricsReader) {}

  /** Null when there were no requests to work it out from. Rejects as `Database` does. */
  async of(rule: AlertRule, now: number): Promise<number | null> {
    // Nobody asks each minute: whoever ingests tells.
    if (rule.windowMinutes === null) return null;
    const totals = await this.metrics.totals({
      from: now - rule.windowMinutes * MINUTE_MS,
      to: now,
      ...(rule.endpoint === null ? {} : { endpoint: rule.endpoint }),
      ...(rule.method === null ? {} : { method: rule.method }),
    });
    return valueOf(rule, totals);
  }
}

function valueOf({ condition, percentile }: AlertRule, totals: MetricsTotals): number | null {
  const { requests, errors, sketch, minMs, maxMs } = totals;
  switch (condition) {
    case 'freshness':
      return null;
    case 'volume':
    case 'no_data':
      return requests;
    case 'error_rate':
      return requests === 0 ? null : errors / requests;
    case 'latency':
      return (
        sketch.quantile((percentile ?? 95) / 100, {
          ...(minMs === undefined ? {} : { min: minMs }),
          ...(maxMs === undefined ? {} : { max: maxMs }),
        }) ?? null
      );
  }
}
