import type { Deployment } from './deployment';
import { LATENCY_BOUNDS } from './entity-metrics';

/**
 * The metrics of an endpoint as the platform exports them: gauges over the last minute, although some are called totals, and
 * a histogram of latencies. Names as in its page on exporting metrics; the labels are a guess. The histogram counts since the
 * start of the workspace. What a machine of the platform would use of processor and memory is not there: nothing is measured.
 */
export function prometheusText(endpoint: string, deployments: readonly Deployment[], now = Date.now()): string {
  const lines: string[] = [];
  const gauge = (name: string, help: string, value: (deployment: Deployment) => number): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`);
    for (const one of deployments) lines.push(`${name}{${labels(endpoint, one)}} ${value(one)} ${now}`);
  };
  gauge('request_count_total', 'Requests in the last minute', ({ metrics }) => metrics.lastMinute(now).requests);
  gauge('request_4xx_count_total', '4xx errors in the last minute', (one) => one.metrics.lastMinute(now).clientErrors);
  gauge('request_5xx_count_total', '5xx errors in the last minute', (one) => one.metrics.lastMinute(now).serverErrors);
  gauge('provisioned_concurrent_requests_total', 'Requests it takes at once', ({ concurrency }) => concurrency);

  const histogram = 'request_latency_ms';
  lines.push(`# HELP ${histogram} Latency of requests in milliseconds`, `# TYPE ${histogram} histogram`);
  for (const one of deployments) {
    const { metrics } = one;
    let total = 0;
    for (const [index, count] of metrics.buckets.entries()) {
      total += count;
      const bound = LATENCY_BOUNDS[index] ?? '+Inf';
      lines.push(`${histogram}_bucket{${labels(endpoint, one)},le="${bound}"} ${total} ${now}`);
    }
    lines.push(`${histogram}_sum{${labels(endpoint, one)}} ${metrics.latencySum} ${now}`);
    lines.push(`${histogram}_count{${labels(endpoint, one)}} ${metrics.latencyCount} ${now}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Names of endpoints and entities hold nothing that would have to be escaped. */
function labels(endpoint: string, { entity }: Deployment): string {
  return `endpoint_name="${endpoint}",served_entity_name="${entity.name}"`;
}
