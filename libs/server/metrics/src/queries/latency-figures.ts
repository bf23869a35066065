import type { Latency } from './latency-reader';
import type { ExactRow } from './latency-statements';
import type { LatencyDto } from './performance-metrics.dto';

/** Errors, mean and percentiles, as answers tell them. */
export function figuresOf({ requests, errors, sumMs, minMs, maxMs, sketch }: Latency): LatencyDto {
  const known = { ...(minMs === undefined ? {} : { min: minMs }), ...(maxMs === undefined ? {} : { max: maxMs }) };
  const percentile = (share: number): number | null => rounded(sketch.quantile(share, known));
  return {
    error_count: errors,
    error_rate: requests === 0 ? 0 : errors / requests,
    avg_response_time_ms: requests === 0 ? null : rounded(sumMs / requests),
    p50_response_time_ms: percentile(0.5),
    p95_response_time_ms: percentile(0.95),
    p99_response_time_ms: percentile(0.99),
  };
}

/** The same from what SQL has reckoned. */
export function exactFiguresOf({ requests, errors, sum_ms, percentiles }: ExactRow): LatencyDto {
  const [p50, p95, p99] = percentiles;
  return {
    error_count: errors,
    error_rate: requests === 0 ? 0 : errors / requests,
    avg_response_time_ms: requests === 0 ? null : rounded((sum_ms ?? 0) / requests),
    p50_response_time_ms: rounded(p50),
    p95_response_time_ms: rounded(p95),
    p99_response_time_ms: rounded(p99),
  };
}

export const NO_FIGURES: LatencyDto = {
  error_count: 0,
  error_rate: 0,
  avg_response_time_ms: null,
  p50_response_time_ms: null,
  p95_response_time_ms: null,
  p99_response_time_ms: null,
};

/** Six digits are more than any of the figures is good for, and as many as a stored response time has. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(7));
}
