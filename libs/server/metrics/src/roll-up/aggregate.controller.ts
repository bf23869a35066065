import { Audited } from '@lakescope/server-audit';
import { ApiProblems, RequiresAdminOrOwnApp, WithoutBody, WithoutDeadline } from '@lakescope/server-http';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import { AggregationDto } from './aggregate.dto';
import { Aggregation } from './aggregation';

/** Has the metrics rolled up now; the schedule does the same by itself. */
@ApiTags('metrics')
@Controller('metrics')
export class AggregateController {
  constructor(private readonly aggregation: Aggregation) {}

  /** Rolls metrics up, makes the partitions of the coming days, and lets go of what is old. */
  @Post('aggregate')
  @HttpCode(202)
  @RequiresAdminOrOwnApp()
  @WithoutBody()
  @WithoutDeadline()
  @Audited({ action: 'metrics.aggregate', actingAs: 'system' })
  @ApiAcceptedResponse({ type: AggregationDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'ADMIN_REQUIRED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async aggregateMetrics(): Promise<AggregationDto> {
    return AggregationDto.from(await this.aggregation.run());
  }
}
