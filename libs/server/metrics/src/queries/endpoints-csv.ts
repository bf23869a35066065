import { csvLine } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { EndpointMetricsDto, PerformanceQuery } from './performance-metrics.dto';
import { PerformanceReport } from './performance-report';

const COLUMNS = [
  'endpoint',
  'method',
  'request_count',
  'error_count',
  'error_rate',
  'avg_response_time_ms',
  'p50_response_time_ms',
  'p95_response_time_ms',
  'p99_response_time_ms',
] as const satisfies readonly (keyof EndpointMetricsDto)[];

/** The endpoints of a report as CSV (RFC 4180). */
@Injectable()
export class EndpointsCsv {
  constructor(private readonly report: PerformanceReport) {}

  /** Everything is known before the first line, so that a database that is away is answered as such. */
  async export(query: PerformanceQuery): Promise<AsyncIterable<string>> {
    const { endpoints } = await this.report.of(query);
    return lines(endpoints);
  }
}

async function* lines(endpoints: readonly EndpointMetricsDto[]): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for (const endpoint of endpoints) yield csvLine(COLUMNS.map((column) => endpoint[column]));
}
