import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { EndpointName } from '../endpoints/endpoint-name.decorator';
import { EndpointLogsDto, EndpointLogsQuery } from './endpoint-logs.dto';
import { ServingMetricsDto } from './endpoint-metrics.dto';
import { EndpointMonitor } from './endpoint-monitor';

/** How endpoints do. */
@ApiTags('serving')
@Controller('serving/endpoints/:name')
export class MonitorController {
  constructor(private readonly monitor: EndpointMonitor) {}

  /** Measures an endpoint and each of its models: latency, requests, errors. */
  @Get('metrics')
  @ApiParam({ name: 'name', type: String })
  @ApiOkResponse({ type: ServingMetricsDto })
  @ApiProblems(
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'ENDPOINT_NOT_FOUND',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  getServingMetrics(
    @CurrentCaller() caller: UserCaller,
    @EndpointName() name: string,
    @RequestSignal() signal: AbortSignal,
  ): Promise<ServingMetricsDto> {
    return this.monitor.metrics(caller, name, signal);
  }

  /** Shows what a model of an endpoint writes: its newest thousand lines. */
  @Get('logs')
  @ApiParam({ name: 'name', type: String })
  @ApiOkResponse({ type: EndpointLogsDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'ENDPOINT_NOT_FOUND',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  getServingLogs(
    @CurrentCaller() caller: UserCaller,
    @EndpointName() name: string,
    @Query() query: EndpointLogsQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<EndpointLogsDto> {
    return this.monitor.logs(caller, name, query, signal);
  }
}
