import { ApiProperty } from '@nestjs/swagger';
import type { JsonValue } from '@lakescope/server-http';
import { FilterDto, OrderDto } from './run-query.dto';
import {
  hasEnded,
  QUERY_FAILURE_CODES,
  QUERY_STATUSES,
  type QueryFailure,
  type QueryFailureCode,
  type QueryRecord,
  type QueryStatus,
} from './query-record';
import { WAREHOUSE_STATES, type WarehouseStateName } from './warehouse.dto';

/** Why there are no rows to show. */
export class QueryErrorDto implements QueryFailure {
  @ApiProperty({ enum: QUERY_FAILURE_CODES })
  error_code!: QueryFailureCode;

  /** What happened, and what to do. */
  message!: string;

  /** As the SQL warehouse classifies it. */
  @ApiProperty({ type: String, nullable: true, example: '42P01' })
  sql_state!: string | null;
}

/** Whether the query waits for the SQL warehouse. */
export class QueryWarehouseDto {
  /** Null when it was not asked, because the query has ended. */
  @ApiProperty({ enum: WAREHOUSE_STATES, type: String, nullable: true })
  state!: WarehouseStateName | null;

  /** Milliseconds since the query was asked for, while it waits. */
  @ApiProperty({ type: Number, nullable: true })
  elapsed_ms!: number | null;
}

/** A column of the result. */
export class QueryColumnDto {
  name!: string;

  /** The type as Databricks SQL writes it. */
  @ApiProperty({ example: 'DECIMAL(10,2)' })
  type!: string;
}

/** A value of the statement, which is never a part of its text. */
export class QueryParameterDto {
  @ApiProperty({ example: 'p1' })
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  value!: string | null;

  @ApiProperty({ example: 'STRING' })
  type!: string;
}

/** What was asked for, as it was asked. */
export class QueryRequestDto {
  catalog!: string;

  schema!: string;

  table!: string;

  @ApiProperty({ type: [String], nullable: true })
  columns!: readonly string[] | null;

  @ApiProperty({ type: [FilterDto] })
  filters!: readonly FilterDto[];

  @ApiProperty({ type: [OrderDto] })
  order_by!: readonly OrderDto[];

  @ApiProperty({ type: 'integer' })
  limit!: number;

  @ApiProperty({ type: 'integer' })
  offset!: number;

  static from({ request }: QueryRecord): QueryRequestDto {
    return {
      catalog: request.catalog,
      schema: request.schema,
      table: request.table,
      columns: request.columns ?? null,
      filters: (request.filters ?? []) as FilterDto[],
      order_by: request.order_by ?? [],
      limit: request.limit,
      offset: request.offset,
    };
  }
}

/** What only the moment of the answer knows. */
export interface ShownQuery {
  readonly record: QueryRecord;
  readonly warehouse: QueryWarehouseDto;
  readonly chunk: number;
  /** Undefined when there are none to show. */
  readonly rows: JsonValue[][] | undefined;
  readonly error: QueryFailure | null;
}

/** A query and how it stands; with one chunk of its rows when it has succeeded. */
export class QueryDto {
  @ApiProperty({ format: 'uuid' })
  query_id!: string;

  /** It ends as SUCCEEDED, FAILED, CANCELED, or INTERRUPTED: the SQL warehouse ended or lost it. */
  @ApiProperty({ enum: QUERY_STATUSES })
  status!: QueryStatus;

  warehouse!: QueryWarehouseDto;

  /** What was asked for. */
  request!: QueryRequestDto;

  /** The statement that runs; null until the columns of the table are known. */
  @ApiProperty({ type: String, nullable: true })
  sql_statement!: string | null;

  /** The values that go with it. */
  @ApiProperty({ type: [QueryParameterDto] })
  parameters!: QueryParameterDto[];

  @ApiProperty({ type: [QueryColumnDto] })
  columns!: readonly QueryColumnDto[];

  /**
   * Rows of this chunk, each a list in the order of the columns. BIGINT, DECIMAL, dates, times and BINARY (Base64) are text, other numbers
   * and truth values such, nested values lists and objects.
   */
  @ApiProperty({ type: 'array', items: { type: 'array', items: {} } })
  rows!: JsonValue[][];

  /** Rows of all chunks. */
  @ApiProperty({ type: Number, nullable: true })
  row_count!: number | null;

  /** Rows of all pages; null when only further pages can tell. */
  @ApiProperty({ type: Number, nullable: true })
  total_row_count!: number | null;

  /** From being asked for to its end. */
  @ApiProperty({ type: Number, nullable: true })
  execution_time_ms!: number | null;

  /** Whether rows of this page are missing because the result was too large. */
  truncated!: boolean;

  /** The chunk whose rows these are, counted from 0. */
  @ApiProperty({ type: 'integer' })
  chunk!: number;

  @ApiProperty({ type: Number, nullable: true })
  chunk_count!: number | null;

  @ApiProperty({ format: 'date-time' })
  submitted_at!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  finished_at!: string | null;

  /** Why there are no rows; RESULT_EXPIRED also after a success, when the warehouse has dropped them. */
  @ApiProperty({ type: QueryErrorDto, nullable: true })
  error!: QueryErrorDto | null;

  static from({ record, warehouse, chunk, rows, error }: ShownQuery): QueryDto {
    return {
      query_id: record.queryId,
      status: record.status,
      warehouse,
      request: QueryRequestDto.from(record),
      sql_statement: record.sqlStatement,
      parameters: (record.parameters ?? []).map(({ name, value, type }) => ({
        name,
        value: value ?? null,
        type: type ?? 'STRING',
      })),
      columns: record.columns ?? [],
      rows: rows ?? [],
      row_count: record.rowCount,
      total_row_count: totalOf(record),
      execution_time_ms: executionMs(record),
      truncated: record.truncated,
      chunk,
      chunk_count: record.chunkCount,
      submitted_at: record.submittedAt.toISOString(),
      finished_at: record.finishedAt?.toISOString() ?? null,
      error,
    };
  }
}

export function executionMs(record: QueryRecord): number | null {
  return hasEnded(record) && record.finishedAt !== null
    ? record.finishedAt.getTime() - record.submittedAt.getTime()
    : null;
}

/** A page that is not full is the last one, unless it is empty: then one before it is. */
function totalOf({ rowCount, truncated, request: { limit, offset } }: QueryRecord): number | null {
  if (rowCount === null || truncated || rowCount >= limit) return null;
  return rowCount > 0 || offset === 0 ? offset + rowCount : null;
}
