import { ApiProperty } from '@nestjs/swagger';
import { quantilesOf } from './latency-histogram';
import type { Sample } from './prometheus-text';

/** The platform's counts are those of one minute. */
const PERIOD_SECONDS = 60;
const ENTITY_LABELS = ['served_entity_name', 'served_model_name', 'served_entity', 'model'];
const LATENCY = 'request_latency_ms_bucket';

/** Quantiles of the latency, in milliseconds. */
export class ServingLatencyDto {
  @ApiProperty({ example: 12.5 })
  p50!: number;

  @ApiProperty({ example: 48.1 })
  p95!: number;

  @ApiProperty({ example: 95.2 })
  p99!: number;
}

class MeasuredDto {
  /** Estimated from a histogram, as far as the platform gives one; null when nobody has asked yet. */
  @ApiProperty({ type: () => ServingLatencyDto, nullable: true })
  latency_ms!: ServingLatencyDto | null;

  /** Over the last minute. */
  @ApiProperty({ type: Number, nullable: true, example: 1.5 })
  requests_per_second!: number | null;

  /** Requests of the last minute that were refused. */
  @ApiProperty({ type: Number, nullable: true, example: 0 })
  errors_4xx!: number | null;

  /** Requests of the last minute in which the model failed. */
  @ApiProperty({ type: Number, nullable: true, example: 0 })
  errors_5xx!: number | null;

  /** How many requests it takes at once, at the moment. */
  @ApiProperty({ type: Number, nullable: true, example: 4 })
  concurrency!: number | null;

  /** Percent of its processors. */
  @ApiProperty({ type: Number, nullable: true, example: 12 })
  cpu_percent!: number | null;

  /** Percent of its memory. */
  @ApiProperty({ type: Number, nullable: true, example: 40 })
  memory_percent!: number | null;
}

/** Numbers of one model behind an endpoint. */
export class ServedEntityMetricsDto extends MeasuredDto {
  /** Name of the model within the endpoint. */
  @ApiProperty({ example: 'flight-delay-2' })
  served_entity!: string;
}

/** Numbers of an endpoint, as the platform measures it. */
export class ServingMetricsDto extends MeasuredDto {
  @ApiProperty({ example: 'flight-delay' })
  endpoint_name!: string;

  @ApiProperty({ type: () => [ServedEntityMetricsDto] })
  entities!: ServedEntityMetricsDto[];

  /** When the platform was asked. */
  @ApiProperty({ format: 'date-time' })
  collected_at!: string;

  /** Names of metrics as in the platform's page on exporting the health metrics of serving endpoints; all but the histogram are gauges. */
  static from(endpointName: string, samples: readonly Sample[], collectedAt: Date): ServingMetricsDto {
    const names = [...new Set(samples.flatMap((sample) => entityOf(sample) ?? []))].sort();
    return {
      endpoint_name: endpointName,
      ...measured(samples),
      entities: names.map((name) => ({
        served_entity: name,
        ...measured(samples.filter((sample) => entityOf(sample) === name)),
      })),
      collected_at: collectedAt.toISOString(),
    };
  }
}

function measured(samples: readonly Sample[]): MeasuredDto {
  const requests = sum(samples, 'request_count_total');
  return {
    latency_ms: quantilesOf(samples.filter(({ name }) => name === LATENCY)) ?? null,
    requests_per_second: requests === null ? null : Math.round((requests / PERIOD_SECONDS) * 1000) / 1000,
    errors_4xx: sum(samples, 'request_4xx_count_total'),
    errors_5xx: sum(samples, 'request_5xx_count_total'),
    concurrency: sum(samples, 'provisioned_concurrent_requests_total'),
    cpu_percent: mean(samples, 'cpu_usage_percentage'),
    memory_percent: mean(samples, 'mem_usage_percentage'),
  };
}

function sum(samples: readonly Sample[], wanted: string): number | null {
  const values = samples.flatMap(({ name, value }) => (name === wanted ? [value] : []));
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}

function mean(samples: readonly Sample[], wanted: string): number | null {
  const total = sum(samples, wanted);
  const count = samples.filter(({ name }) => name === wanted).length;
  return total === null ? null : Math.round((total / count) * 10) / 10;
}

function entityOf({ labels }: Sample): string | undefined {
  return ENTITY_LABELS.map((label) => labels[label]).find((name) => name !== undefined);
}
