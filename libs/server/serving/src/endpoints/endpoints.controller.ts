import { ApiProblems, CurrentCaller, PageQuery, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ServingEndpointDetailDto } from './serving-endpoint-detail.dto';
import { ServingEndpointPage } from './serving-endpoint.dto';
import { ServingEndpoints } from './serving-endpoints';

/** Model serving endpoints, seen with the caller's own rights. */
@ApiTags('serving')
@Controller('serving/endpoints')
export class EndpointsController {
  constructor(private readonly endpoints: ServingEndpoints) {}

  /** Lists the endpoints the caller may see, by name. */
  @Get()
  @ApiOkResponse({ type: ServingEndpointPage })
  @ApiProblems('PERMISSION_DENIED', 'SCOPE_MISSING', 'UPSTREAM_ERROR', 'SERVICE_UNAVAILABLE', 'UPSTREAM_TIMEOUT')
  listServingEndpoints(
    @CurrentCaller() caller: UserCaller,
    @Query() query: PageQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<ServingEndpointPage> {
    return this.endpoints.list(caller, query, signal);
  }

  /** Tells everything about one endpoint. */
  @Get(':name')
  @ApiOkResponse({ type: ServingEndpointDetailDto })
  @ApiProblems(
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'ENDPOINT_NOT_FOUND',
    'UPSTREAM_ERROR',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  getServingEndpoint(
    @CurrentCaller() caller: UserCaller,
    @Param('name') name: string,
    @RequestSignal() signal: AbortSignal,
  ): Promise<ServingEndpointDetailDto> {
    return this.endpoints.describe(caller, name, signal);
  }
}
