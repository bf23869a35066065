import { Audited } from '@lakescope/server-audit';
import { ApiProblems, CurrentCaller, RequiresAdmin, UserCaller, WithoutBody } from '@lakescope/server-http';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { OrphanedRecords } from './orphaned-records';
import {
  ListOrphanedRecordsQuery,
  OrphanedRecordsPage,
  PurgeOrphanedRecordsQuery,
  PurgeResultDto,
} from './orphaned-records.dto';

/** What is kept for people who have not been here for long, for administrators. */
@ApiTags('admin')
@Controller('admin/orphaned-records')
@RequiresAdmin()
export class OrphanedRecordsController {
  constructor(private readonly orphanedRecords: OrphanedRecords) {}

  /** Lists people who have not been here for long, with what is kept for them. */
  @Get()
  @ApiOkResponse({ type: OrphanedRecordsPage })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listOrphanedRecords(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListOrphanedRecordsQuery,
  ): Promise<OrphanedRecordsPage> {
    return this.orphanedRecords.list(caller, query);
  }

  /** Deletes what is kept for them, or only counts it: nothing is deleted unless dry_run is false. */
  @Post('purge')
  @HttpCode(200)
  @WithoutBody()
  @Audited({
    action: 'orphaned_records.purge',
    actingAs: 'system',
    success: 'transaction',
    when: ({ query }) => (query as { dry_run?: unknown }).dry_run === 'false',
  })
  @ApiOkResponse({ type: PurgeResultDto })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  purgeOrphanedRecords(
    @CurrentCaller() caller: UserCaller,
    @Query() query: PurgeOrphanedRecordsQuery,
  ): Promise<PurgeResultDto> {
    return this.orphanedRecords.purge(caller, query);
  }
}
