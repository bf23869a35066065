import { ApiProblems, RequiresAdmin, textDownload } from '@lakescope/server-http';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { EndpointsCsv } from './endpoints-csv';
import { LatencyHeatmap } from './latency-heatmap';
import { LatencyHeatmapDto } from './latency-heatmap.dto';
import { ListRequestsQuery, ObservedRequestPage } from './observed-request.dto';
import { EndpointQuery, PerformanceMetricsDto, PerformanceQuery } from './performance-metrics.dto';
import { PerformanceReport } from './performance-report';
import { RequestList } from './request-list';
import { TimeSeries } from './time-series';
import { MetricsTimeSeriesDto, TimeSeriesQuery } from './time-series.dto';
import { TopUsers } from './top-users';
import { TopUsersDto, TopUsersQuery } from './top-users.dto';
import { UsageMetricsDto, UsageQuery } from './usage-metrics.dto';
import { UsageReport } from './usage-report';

/** Every question may be refused for the same reasons. */
const REFUSALS = [
  'INVALID_REQUEST',
  'ADMIN_REQUIRED',
  'ADMIN_CHECK_FAILED',
  'LAKEBASE_NOT_CONFIGURED',
  'DATABASE_UNAVAILABLE',
] as const;

/** What the metrics collection knows, for administrators. */
@ApiTags('metrics')
@Controller('metrics')
@RequiresAdmin()
export class MetricsController {
  constructor(
    private readonly performance: PerformanceReport,
    private readonly endpointsCsv: EndpointsCsv,
    private readonly usage: UsageReport,
    private readonly series: TimeSeries,
    private readonly heatmap: LatencyHeatmap,
    private readonly requests: RequestList,
    private readonly users: TopUsers,
  ) {}

  /** Tells how fast requests were answered and how many failed, all together and endpoint by endpoint. */
  @Get('performance')
  @ApiOkResponse({ type: PerformanceMetricsDto })
  @ApiProblems(...REFUSALS)
  getPerformanceMetrics(@Query() query: PerformanceQuery): Promise<PerformanceMetricsDto> {
    return this.performance.of(query);
  }

  /** Downloads the figures of the endpoints as CSV, slowest on average first. */
  @Get('performance/export')
  @ApiOkResponse({
    description: 'All endpoints as CSV; cells that begin like a formula have an apostrophe in front.',
    content: { 'text/csv': { schema: { type: 'string' } } },
  })
  @ApiProblems(...REFUSALS)
  async exportPerformanceMetrics(@Query() query: PerformanceQuery): Promise<StreamableFile> {
    return textDownload(await this.endpointsCsv.export(query), { type: 'text/csv', fileName: 'endpoints.csv' });
  }

  /** Tells what people do in the app: events by their type, and page views. */
  @Get('usage')
  @ApiOkResponse({ type: UsageMetricsDto })
  @ApiProblems(...REFUSALS)
  getUsageMetrics(@Query() query: UsageQuery): Promise<UsageMetricsDto> {
    return this.usage.of(query);
  }

  /**
   * Tells how metrics changed, step by step: by minutes up to an hour, by 5 minutes up to 2 days, by hours up to 2 weeks, else by days of
   * UTC; by hours at least where it begins more than 7 days ago.
   */
  @Get('time-series')
  @ApiOkResponse({ type: MetricsTimeSeriesDto })
  @ApiProblems(...REFUSALS)
  getMetricsTimeSeries(@Query() query: TimeSeriesQuery): Promise<MetricsTimeSeriesDto> {
    return this.series.of(query);
  }

  /** Tells how many requests took how long, step by step, in classes whose bounds are powers of two. */
  @Get('heatmap')
  @ApiOkResponse({ type: LatencyHeatmapDto })
  @ApiProblems(...REFUSALS)
  getLatencyHeatmap(@Query() query: EndpointQuery): Promise<LatencyHeatmapDto> {
    return this.heatmap.of(query);
  }

  /** Lists single requests of the last 7 days, latest first; each with the correlation id that its log lines carry. */
  @Get('requests')
  @ApiOkResponse({ type: ObservedRequestPage })
  @ApiProblems(...REFUSALS)
  listRequests(@Query() query: ListRequestsQuery): Promise<ObservedRequestPage> {
    return this.requests.page(query);
  }

  /** Lists the people who did most. */
  @Get('users')
  @ApiOkResponse({ type: TopUsersDto })
  @ApiProblems(...REFUSALS)
  listTopUsers(@Query() query: TopUsersQuery): Promise<TopUsersDto> {
    return this.users.of(query);
  }
}
