import { ApiProblems, RequiresAdmin, WithoutDeadline, textDownload } from '@lakescope/server-http';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { AuditCsv } from './audit-csv';
import { AuditEntryPage } from './audit-entry.dto';
import { AuditTrail } from './audit-trail';
import { Audited } from './audited.decorator';
import { AuditFilter, ListAuditEntriesQuery } from './list-audit-entries.dto';

/** Who did what, for administrators. */
@ApiTags('admin')
@Controller('admin/audit')
@RequiresAdmin()
export class AuditController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly csv: AuditCsv,
  ) {}

  /** Lists what people did, latest first. */
  @Get()
  @ApiOkResponse({ type: AuditEntryPage })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listAuditEntries(@Query() query: ListAuditEntriesQuery): Promise<AuditEntryPage> {
    return this.trail.list(query);
  }

  /** Downloads what people did as CSV, latest first. */
  @Get('export')
  @WithoutDeadline()
  @Audited({ action: 'audit_log.export', actingAs: 'system' })
  @ApiOkResponse({
    description: 'The whole list as CSV; cells that begin like a formula have an apostrophe in front.',
    content: { 'text/csv': { schema: { type: 'string' } } },
  })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  async exportAuditEntries(@Query() filter: AuditFilter): Promise<StreamableFile> {
    return textDownload(await this.csv.export(filter), { type: 'text/csv', fileName: 'audit-log.csv' });
  }
}
