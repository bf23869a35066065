import { SCALE, exponentialHistogram } from '@lakescope/sketch';
import type { CumulativeSeries } from '../collection/cumulative-sketches';

/** Of opentelemetry-proto, metrics.proto: `AGGREGATION_TEMPORALITY_CUMULATIVE`. */
const CUMULATIVE = 2;
/**
 * The convention for this metric asks for seconds, and we measure milliseconds: a thousand is no whole number of buckets, so they are moved
 * by the nearest one, which puts every bound 0.2 % off. Counts and sums are what they are.
 */
const MILLISECONDS_IN_BUCKETS = Math.round(Math.log2(1000) * 2 ** SCALE);

export interface OtlpSource {
  readonly service: { readonly name: string; readonly version: string; readonly instanceId: string };
  /** Milliseconds since 1970: from when on everything is counted, and up to when. */
  readonly since: number;
  readonly until: number;
}

/** A request of OTLP over HTTP with JSON (opentelemetry-proto 1, `ExportMetricsServiceRequest`): 64-bit numbers are texts. */
export function otlpMetrics(series: readonly CumulativeSeries[], { service, since, until }: OtlpSource): object {
  const times = { startTimeUnixNano: nanoseconds(since), timeUnixNano: nanoseconds(until) };
  return {
    resourceMetrics: [
      {
        resource: {
          attributes: [
            attribute('service.name', service.name),
            attribute('service.version', service.version),
            attribute('service.instance.id', service.instanceId),
          ],
        },
        scopeMetrics: [
          {
            scope: { name: 'lakescope.metrics', version: service.version },
            metrics: [
              {
                name: 'http.server.request.duration',
                description: 'Duration of HTTP server requests.',
                unit: 's',
                exponentialHistogram: {
                  aggregationTemporality: CUMULATIVE,
                  dataPoints: series.map((one) => ({ ...dataPoint(one), ...times })),
                },
              },
            ],
          },
        ],
      },
    ],
  };
}

function dataPoint({ endpoint, method, statusClass, sketch, sumMs }: CumulativeSeries): object {
  const { scale, count, zeroCount, positive } = exponentialHistogram(sketch);
  return {
    attributes: [
      attribute('http.route', endpoint),
      attribute('http.request.method', method),
      // Only the class is kept: the code itself would be another name than this.
      attribute('http.response.status_class', `${statusClass}xx`),
    ],
    count: String(count),
    sum: sumMs / 1000,
    scale,
    zeroCount: String(zeroCount),
    positive: {
      offset: positive.offset - MILLISECONDS_IN_BUCKETS,
      bucketCounts: positive.bucketCounts.map(String),
    },
  };
}

function attribute(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}

function nanoseconds(milliseconds: number): string {
  return (BigInt(Math.round(milliseconds)) * 1_000_000n).toString();
}
