import { Injectable } from '@nestjs/common';
import { startOf } from '../roll-up/raw-tables';
import { EndpointTemplates } from './endpoint-templates';
import { figuresOf, NO_FIGURES } from './latency-figures';
import type { Latency } from './latency-reader';
import { MetricsAnswers, iso } from './metrics-answers';
import type { Interval } from './metrics-range';
import type { UsageStep } from './metrics-snapshot';
import { stepOf } from './reading-plan';
import type { MetricsTimeSeriesDto, TimeSeriesPointDto, TimeSeriesQuery } from './time-series.dto';

/** Metrics step by step. */
@Injectable()
export class TimeSeries {
  constructor(
    private readonly answers: MetricsAnswers,
    private readonly templates: EndpointTemplates,
  ) {}

  of(query: TimeSeriesQuery): Promise<MetricsTimeSeriesDto> {
    const filter = { endpoint: this.templates.of(query.endpoint), method: query.method };
    const { metric_type: type = 'both' } = query;
    const question = ['time series', type, filter.endpoint ?? null, filter.method ?? null];
    return this.answers.answer(question, query, async ({ snapshot, range, now }) => {
      const stepMs = stepOf(range, now);
      const latency = type === 'usage' ? [] : (await snapshot.latency(range, filter, { stepMs })).groups;
      const usage = type === 'performance' ? undefined : await snapshot.usageSteps(range, stepMs);
      const ofStep = new Map(latency.map((group) => [group.step, group]));
      return {
        interval_seconds: stepMs / 1000,
        data_points: stepsOf(range, stepMs).map((step) => pointOf(step, ofStep.get(step), usage)),
      };
    });
  }
}

/** Where each step begins, also those where nothing happened; steps lie on full minutes, hours and days of UTC. */
export function stepsOf({ from, to }: Interval, stepMs: number): number[] {
  const first = startOf(stepMs, from);
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / stepMs)) }, (_, index) => first + index * stepMs);
}

function pointOf(
  step: number,
  latency: Latency | undefined,
  usage: ReadonlyMap<number, UsageStep> | undefined,
): TimeSeriesPointDto {
  const { error_rate: errorRate, ...figures } = latency === undefined ? NO_FIGURES : figuresOf(latency);
  return {
    timestamp: iso(step),
    total_requests: latency?.requests ?? 0,
    error_rate: latency === undefined || latency.requests === 0 ? null : errorRate,
    ...figures,
    total_events: usage?.get(step)?.events ?? 0,
    unique_users: usage === undefined ? null : (usage.get(step)?.users ?? 0),
  };
}
