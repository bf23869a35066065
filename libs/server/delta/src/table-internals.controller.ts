import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import {
  CheckHealthQuery,
  CheckHealthRequest,
  DiffTableQuery,
  DiffTableRequest,
  TableFilesQuery,
  ListFilesRequest,
  LogVersionParameters,
  ReadLogQuery,
  ReadLogRequest,
} from './internals-requests.dto';
import { withSource } from './linked-source';
import { TableDiffDto } from './table-diff.dto';
import { TableFilesDto } from './table-files.dto';
import { TableHealthDto } from './table-health.dto';
import { TableInternals } from './table-internals';
import { TableLogDto } from './table-log.dto';
import { ApiTableProblems } from './table-problems';

/** What Delta tables are made of. It is read from their storage, with the caller's own rights; the SQL warehouse cannot tell it. */
@ApiTags('delta')
@Controller('delta/tables')
export class TableInternalsController {
  constructor(private readonly internals: TableInternals) {}

  /** Compares two versions of a table: columns, properties, protocol, files and rows. */
  @Post('diff')
  @HttpCode(200)
  @ApiOkResponse({ type: TableDiffDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', 'DIRECT_ACCESS_REQUIRED')
  diffTable(
    @CurrentCaller() caller: UserCaller,
    @Body() body: DiffTableRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableDiffDto> {
    return this.internals.diff(caller, body, signal);
  }

  /** Compares two versions of a table: columns, properties, protocol, files and rows. */
  @Get('diff')
  @ApiOkResponse({ type: TableDiffDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', 'DIRECT_ACCESS_REQUIRED')
  diffTableByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: DiffTableQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableDiffDto> {
    return this.internals.diff(caller, withSource(query), signal);
  }

  /** Reads the actions of a commit as they were written. */
  @Post('log/:version')
  @HttpCode(200)
  @ApiOkResponse({ type: TableLogDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'DIRECT_ACCESS_REQUIRED')
  readTableLog(
    @CurrentCaller() caller: UserCaller,
    @Param() { version }: LogVersionParameters,
    @Body() body: ReadLogRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableLogDto> {
    return this.internals.readLog(caller, version, body, signal);
  }

  /** Reads the actions of a commit as they were written. */
  @Get('log/:version')
  @ApiOkResponse({ type: TableLogDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'DIRECT_ACCESS_REQUIRED')
  readTableLogByPath(
    @CurrentCaller() caller: UserCaller,
    @Param() { version }: LogVersionParameters,
    @Query() query: ReadLogQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableLogDto> {
    return this.internals.readLog(caller, version, withSource(query), signal);
  }

  /** Lists the files of a version of a table, by the page. */
  @Post('files')
  @HttpCode(200)
  @ApiOkResponse({ type: TableFilesDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', 'DIRECT_ACCESS_REQUIRED')
  listTableFiles(
    @CurrentCaller() caller: UserCaller,
    @Body() body: ListFilesRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableFilesDto> {
    return this.internals.listFiles(caller, body, signal);
  }

  /** Lists the files of a version of a table, by the page. */
  @Get('files')
  @ApiOkResponse({ type: TableFilesDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', 'DIRECT_ACCESS_REQUIRED')
  listTableFilesByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: TableFilesQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableFilesDto> {
    return this.internals.listFiles(caller, withSource(query), signal);
  }

  /** Tells what the log, and on request the storage, say about the state of a table, and what to do about it. */
  @Post('health')
  @HttpCode(200)
  @ApiOkResponse({ type: TableHealthDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', 'DIRECT_ACCESS_REQUIRED')
  checkTableHealth(
    @CurrentCaller() caller: UserCaller,
    @Body() body: CheckHealthRequest,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableHealthDto> {
    return this.internals.checkHealth(caller, body, signal);
  }

  /** Tells what the log, and on request the storage, say about the state of a table, and what to do about it. */
  @Get('health')
  @ApiOkResponse({ type: TableHealthDto })
  @ApiTableProblems('TABLE_NOT_FOUND', 'VERSION_NOT_FOUND', 'TABLE_CORRUPT', 'DIRECT_ACCESS_REQUIRED')
  checkTableHealthByPath(
    @CurrentCaller() caller: UserCaller,
    @Query() query: CheckHealthQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableHealthDto> {
    return this.internals.checkHealth(caller, withSource(query), signal);
  }
}
