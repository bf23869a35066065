import { ServingMetricsDto } from './endpoint-metrics.dto';
import { samplesOf } from './prometheus-text';

const EXPOSITION = `# HELP request_count_total Requests in the last minute
# TYPE request_count_total gauge
request_count_total{endpoint_name="e",served_entity_name="a"} 30 1780000000000
request_count_total{endpoint_name="e",served_entity_name="b \\"x\\", y"} 60 1780000000000
request_4xx_count_total{endpoint_name="e",served_entity_name="a"} 2
request_5xx_count_total{endpoint_name="e",served_entity_name="a"} 0
cpu_usage_percentage{endpoint_name="e",served_entity_name="a"} 10
cpu_usage_percentage{endpoint_name="e",served_entity_name="b \\"x\\", y"} 20.5
something else
# TYPE request_latency_ms histogram
request_latency_ms_bucket{served_entity_name="a",le="10"} 50
request_latency_ms_bucket{served_entity_name="a",le="100"} 90
request_latency_ms_bucket{served_entity_name="a",le="1000"} 98
request_latency_ms_bucket{served_entity_name="a",le="+Inf"} 100
request_latency_ms_sum{served_entity_name="a"} 4000
request_latency_ms_bucket{served_entity_name="b \\"x\\", y",le="10"} 0
request_latency_ms_bucket{served_entity_name="b \\"x\\", y",le="+Inf"} 0
`;

describe('the metrics of an endpoint', () => {
  const metrics = ServingMetricsDto.from('e', samplesOf(EXPOSITION), new Date(0));

  it('are those of all its models together', () => {
    expect(metrics).toMatchObject({
      requests_per_second: 1.5,
      errors_4xx: 2,
      errors_5xx: 0,
      cpu_percent: 15.3,
      memory_percent: null,
      concurrency: null,
      collected_at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('hold quantiles as they are estimated from buckets, and the last bound for what lies behind it', () => {
    expect(metrics.latency_ms).toEqual({ p50: 10, p95: 662.5, p99: 1000 });
  });

  it('are told of each model, by the name it has', () => {
    expect(
      metrics.entities.map(({ served_entity, requests_per_second, latency_ms }) => [
        served_entity,
        requests_per_second,
        latency_ms,
      ]),
    ).toEqual([
      ['a', 0.5, { p50: 10, p95: 662.5, p99: 1000 }],
      ['b "x", y', 1, null],
    ]);
  });

  it.each(['', 'nothing\n', '<html>'])('are not known from %j', (text) => {
    expect(ServingMetricsDto.from('e', samplesOf(text), new Date(0))).toMatchObject({
      latency_ms: null,
      requests_per_second: null,
      entities: [],
    });
  });
});
