import { ApiProblems, CurrentCaller, RequestSignal, UserCaller, WithoutDeadline } from '@lakescope/server-http';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ExportQueryDto, QueryContentQuery, QueryExportDto } from './export.dto';
import { QueryContent } from './query-content';
import { QueryExports } from './query-exports';

/** What is made of the rows of queries. */
@ApiTags('unity-catalog')
@Controller('unity-catalog/query/:id')
export class ExportsController {
  constructor(
    private readonly exports: QueryExports,
    private readonly content: QueryContent,
  ) {}

  /** Hands over the rows of the page as a file, of at most 16 MiB. */
  @Get('content')
  @WithoutDeadline()
  @ApiProduces('text/csv', 'application/json', 'application/vnd.apache.parquet')
  @ApiOkResponse({
    content: {
      'text/csv': { schema: { type: 'string' } },
      'application/json': { schema: { type: 'array', items: { type: 'object' } } },
      'application/vnd.apache.parquet': { schema: { type: 'string', format: 'binary' } },
    },
  })
  @ApiProblems(
    'INVALID_REQUEST',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  getQueryContent(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) queryId: string,
    @Query() { format }: QueryContentQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<StreamableFile> {
    return this.content.read(caller, queryId, format, signal);
  }

  /** Makes a file of all rows of the query in a volume; ask for it by its id. */
  @Post('export')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: QueryExportDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'RATE_LIMITED',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  exportQuery(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) queryId: string,
    @Body() wanted: ExportQueryDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<QueryExportDto> {
    return this.exports.start(caller, queryId, wanted, signal);
  }

  /** Tells how far the file is. */
  @Get('exports/:export_id')
  @ApiOkResponse({ type: QueryExportDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  getQueryExport(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) queryId: string,
    @Param('export_id', ParseUUIDPipe) exportId: string,
  ): Promise<QueryExportDto> {
    return this.exports.read(caller, queryId, exportId);
  }

  /** Stops making the file, of which nothing stays. */
  @Delete('exports/:export_id')
  @ApiOkResponse({ type: QueryExportDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  cancelQueryExport(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) queryId: string,
    @Param('export_id', ParseUUIDPipe) exportId: string,
  ): Promise<QueryExportDto> {
    return this.exports.cancel(caller, queryId, exportId);
  }
}
