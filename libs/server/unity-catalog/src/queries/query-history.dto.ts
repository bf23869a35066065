import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { executionMs, QueryRequestDto } from './query.dto';
import {
  QUERY_FAILURE_CODES,
  QUERY_STATUSES,
  type QueryFailureCode,
  type QueryRecord,
  type QueryStatus,
} from './query-record';

/** A query of the past, or one that runs. */
export class PastQueryDto {
  @ApiProperty({ format: 'uuid' })
  query_id!: string;

  catalog!: string;

  schema!: string;

  table!: string;

  /** What was asked for: send it again to run it again. */
  request!: QueryRequestDto;

  @ApiProperty({ enum: QUERY_STATUSES })
  status!: QueryStatus;

  @ApiProperty({ type: String, nullable: true })
  sql_statement!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  row_count!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  execution_time_ms!: number | null;

  @ApiProperty({ format: 'date-time' })
  submitted_at!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  finished_at!: string | null;

  @ApiProperty({ enum: QUERY_FAILURE_CODES, type: String, nullable: true })
  error_code!: QueryFailureCode | null;

  static from(record: QueryRecord): PastQueryDto {
    return {
      query_id: record.queryId,
      catalog: record.request.catalog,
      schema: record.request.schema,
      table: record.request.table,
      request: QueryRequestDto.from(record),
      status: record.status,
      sql_statement: record.sqlStatement,
      row_count: record.rowCount,
      execution_time_ms: executionMs(record),
      submitted_at: record.submittedAt.toISOString(),
      finished_at: record.finishedAt?.toISOString() ?? null,
      error_code: record.error?.error_code ?? null,
    };
  }
}

/** Queries of the caller, the newest first. */
export class QueryHistoryPage extends ApiPage(PastQueryDto) {}
