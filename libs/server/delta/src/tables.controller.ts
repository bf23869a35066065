import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { FoundTablePage } from './found-table.dto';
import { HistoryPage } from './history-entry.dto';
import { ApiTableProblems, OF_WAREHOUSE } from './table-problems';
import { DiscoverTablesQuery, PreviewTableQuery, TableHistoryQuery, ReadTableQuery } from './table-queries.dto';
import {
  DiscoverTablesRequest,
  PreviewTableRequest,
  TableHistoryRequest,
  ReadTableRequest,
} from './table-requests.dto';
import { TableDetailDto } from './table-detail.dto';
import { TableInspector } from './table-inspector';
import { TablePreviewDto } from './table-preview.dto';
import { TableSchemaDto } from './table-schema.dto';
import { withSource } from './linked-source';

/** Delta tables, read with the caller's own rights. Every view can be asked for by POST, and by GET so that it can be linked. */
@ApiTags('delta')
@Controller('delta/tables')
export class TablesController {
  constructor(private readonly inspector: TableInspector) {}

  /** Finds the Delta tables below a folder. */
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ type: FoundTablePage })
  @ApiTableProblems('NOT_FOUND')
  discoverTables(
    @CurrentCaller() caller: UserCaller,
    @Body() body: DiscoverTablesRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FoundTablePage> {
    return this.inspector.discover(caller, body, signal);
  }

  /** Finds the Delta tables below a folder. */
  @Get()
  @ApiOkResponse({ type: FoundTablePage })
  @ApiTableProblems('NOT_FOUND')
  discoverTablesByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: DiscoverTablesQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FoundTablePage> {
    return this.inspector.discover(caller, withSource(query), signal);
  }

  /** Describes a version of a table: protocol, features, properties, rows, files and bytes. */
  @Post('detail')
  @HttpCode(200)
  @ApiOkResponse({ type: TableDetailDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', ...OF_WAREHOUSE)
  describeTable(
    @CurrentCaller() caller: UserCaller,
    @Body() body: ReadTableRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableDetailDto> {
    return this.inspector.describe(caller, body, signal);
  }

  /** Describes a version of a table: protocol, features, properties, rows, files and bytes. */
  @Get('detail')
  @ApiOkResponse({ type: TableDetailDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', ...OF_WAREHOUSE)
  describeTableByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ReadTableQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableDetailDto> {
    return this.inspector.describe(caller, withSource(query), signal);
  }

  /** Lists the columns of a version of a table. */
  @Post('schema')
  @HttpCode(200)
  @ApiOkResponse({ type: TableSchemaDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', ...OF_WAREHOUSE)
  getTableSchema(
    @CurrentCaller() caller: UserCaller,
    @Body() body: ReadTableRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableSchemaDto> {
    return this.inspector.readSchema(caller, body, signal);
  }

  /** Lists the columns of a version of a table. */
  @Get('schema')
  @ApiOkResponse({ type: TableSchemaDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', ...OF_WAREHOUSE)
  getTableSchemaByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ReadTableQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableSchemaDto> {
    return this.inspector.readSchema(caller, withSource(query), signal);
  }

  /** Lists the commits of a table, newest first. */
  @Post('history')
  @HttpCode(200)
  @ApiOkResponse({ type: HistoryPage })
  @ApiTableProblems('TABLE_NOT_FOUND', 'TABLE_CORRUPT', ...OF_WAREHOUSE)
  getTableHistory(
    @CurrentCaller() caller: UserCaller,
    @Body() body: TableHistoryRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<HistoryPage> {
    return this.inspector.readHistory(caller, body, signal);
  }

  /** Lists the commits of a table, newest first. */
  @Get('history')
  @ApiOkResponse({ type: HistoryPage })
  @ApiTableProblems('TABLE_NOT_FOUND', 'TABLE_CORRUPT', ...OF_WAREHOUSE)
  getTableHistoryByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: TableHistoryQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<HistoryPage> {
    return this.inspector.readHistory(caller, withSource(query), signal);
  }

  /** Reads rows of a version of a table. */
  @Post('preview')
  @HttpCode(200)
  @ApiOkResponse({ type: TablePreviewDto })
  @ApiTableProblems(
    'TABLE_NOT_FOUND',
    'VERSION_NOT_FOUND',
    'UNSUPPORTED_TABLE_FEATURE',
    'TABLE_CORRUPT',
    'INVALID_QUERY',
    ...OF_WAREHOUSE,
  )
  previewTable(
    @CurrentCaller() caller: UserCaller,
    @Body() body: PreviewTableRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TablePreviewDto> {
    return this.inspector.preview(caller, body, signal);
  }

  /** Reads rows of a version of a table. */
  @Get('preview')
  @ApiOkResponse({ type: TablePreviewDto })
  @ApiTableProblems(
    'TABLE_NOT_FOUND',
    'VERSION_NOT_FOUND',
    'UNSUPPORTED_TABLE_FEATURE',
    'TABLE_CORRUPT',
    'INVALID_QUERY',
    ...OF_WAREHOUSE,
  )
  previewTableByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: PreviewTableQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TablePreviewDto> {
    return this.inspector.preview(caller, withSource(query), signal);
  }
}
