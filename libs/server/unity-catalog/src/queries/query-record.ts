import type { StatementParameter } from '@lakescope/databricks-client';
import type { TableQuery } from './table-select';

export const QUERY_STATUSES = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'INTERRUPTED'] as const;
export type QueryStatus = (typeof QUERY_STATUSES)[number];

/** Why a query has no rows to show. */
export interface QueryFailure {
  readonly error_code: QueryFailureCode;
  readonly message: string;
  readonly sql_state: string | null;
}

export const QUERY_FAILURE_CODES = [
  'TABLE_NOT_FOUND',
  'CATALOG_PERMISSION_DENIED',
  'INVALID_QUERY',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'UPSTREAM_ERROR',
  'ABANDONED',
  'INTERRUPTED',
  'RESULT_EXPIRED',
] as const;
export type QueryFailureCode = (typeof QUERY_FAILURE_CODES)[number];

/** A column of the result, with the type as the platform writes it. */
export interface ResultColumnType {
  readonly name: string;
  readonly type: string;
}

/** A query as it is kept: how it was asked for, and how it stood when a replica last looked. */
export interface QueryRecord {
  readonly queryId: string;
  readonly request: TableQuery;
  readonly warehouseId: string;
  readonly status: QueryStatus;
  /** `columns`: the statement under way asks for the table's columns, and that for the rows is to follow. */
  readonly step: 'columns' | 'rows';
  /** Of the warehouse; null while one is being handed over. */
  readonly statementId: string | null;
  /** How the result is asked for, by its name in ResultWays. */
  readonly resultWay: string | null;
  /** Null until the columns are known. */
  readonly sqlStatement: string | null;
  readonly parameters: readonly StatementParameter[] | null;
  readonly columns: readonly ResultColumnType[] | null;
  readonly rowCount: number | null;
  readonly chunkCount: number | null;
  readonly truncated: boolean;
  readonly error: QueryFailure | null;
  readonly cancelRequested: boolean;
  readonly submittedAt: Date;
  readonly claimedAt: Date;
  readonly polledAt: Date;
  readonly finishedAt: Date | null;
  /** Counts the changes: who knows an older one may not change it. */
  readonly revision: number;
}

/** What may change about a query. */
export type QueryChange = Partial<
  Pick<
    QueryRecord,
    | 'status'
    | 'step'
    | 'statementId'
    | 'resultWay'
    | 'sqlStatement'
    | 'parameters'
    | 'columns'
    | 'rowCount'
    | 'chunkCount'
    | 'truncated'
    | 'error'
    | 'cancelRequested'
  >
>;

export function hasEnded({ status }: Pick<QueryRecord, 'status'>): boolean {
  return status !== 'PENDING' && status !== 'RUNNING';
}
