import { CurrentCaller, RequestSignal, UserCaller, WithoutDeadline } from '@lakescope/server-http';
import { Body, Controller, HttpCode, Post, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiTableProblems, OF_WAREHOUSE } from '../table-problems';
import { ExportTableRequest } from './export-table.dto';
import { TableExports } from './table-exports';

/** Rows of Delta tables as files, read with the caller's own rights. */
@ApiTags('delta')
@Controller('delta/tables/export')
export class TableExportController {
  constructor(private readonly exports: TableExports) {}

  /** Hands over the rows that a preview shows, from the first one on, as a file. */
  @Post()
  @HttpCode(200)
  @WithoutDeadline()
  @ApiProduces('text/csv', 'application/json', 'application/vnd.apache.parquet')
  @ApiOkResponse({
    headers: {
      'X-Lakescope-Version': { description: 'Version whose rows these are.', schema: { type: 'integer' } },
      'X-Lakescope-Row-Limit': { description: 'Most rows the file may have.', schema: { type: 'integer' } },
      'X-Lakescope-Truncated': {
        description: 'Whether the version has more of these rows than the file; its name says so, too.',
        schema: { type: 'boolean' },
      },
    },
    content: {
      'text/csv': { schema: { type: 'string' } },
      'application/json': { schema: { type: 'array', items: { type: 'object' } } },
      'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } },
    },
  })
  @ApiTableProblems(
    'TABLE_NOT_FOUND',
    'VERSION_NOT_FOUND',
    'UNSUPPORTED_TABLE_FEATURE',
    'TABLE_CORRUPT',
    'INVALID_QUERY',
    ...OF_WAREHOUSE,
  )
  async exportTablePreview(
    @CurrentCaller() caller: UserCaller,
    @Body() body: ExportTableRequest,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const file = await this.exports.start(caller, body, signal);
    reply
      .header('x-lakescope-version', file.version)
      .header('x-lakescope-row-limit', file.limit)
      .header('x-lakescope-truncated', String(file.truncated));
    return new StreamableFile(file.content, { type: file.contentType, disposition: file.disposition });
  }
}
