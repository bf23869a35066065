import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { TooManyQueries } from './query.errors';
import { QueryLimits } from './query-limits';
import type { QueryChange, QueryRecord } from './query-record';
import type { Select, TableQuery } from './table-select';

const READING = { feature: 'Querying tables', repeat: 'read' } as const;
const WRITING = { feature: 'Querying tables', repeat: 'write' } as const;

const SELECTED = `
  query_id AS "queryId", request, warehouse_id AS "warehouseId", status, step, statement_id AS "statementId",
  result_way AS "resultWay", sql_statement AS "sqlStatement", parameters, columns, row_count::float8 AS "rowCount",
  chunk_count AS "chunkCount", truncated, error, cancel_requested AS "cancelRequested", submitted_at AS "submittedAt",
  claimed_at AS "claimedAt", polled_at AS "polledAt", finished_at AS "finishedAt", revision`;
const COLUMNS: Readonly<Record<keyof QueryChange, string>> = {
  status: 'status',
  step: 'step',
  statementId: 'statement_id',
  resultWay: 'result_way',
  sqlStatement: 'sql_statement',
  parameters: 'parameters',
  columns: 'columns',
  rowCount: 'row_count',
  chunkCount: 'chunk_count',
  truncated: 'truncated',
  error: 'error',
  cancelRequested: 'cancel_requested',
};
const JSON_FIELDS: ReadonlySet<string> = new Set(['columns', 'error', 'parameters']);
const UNDER_WAY = `status IN ('PENDING', 'RUNNING')`;

export interface NewQuery {
  readonly queryId: string;
  readonly request: TableQuery;
  readonly warehouseId: string;
  /** Undefined: the columns have to be asked for first. */
  readonly select: Select | undefined;
}

/** Queries in the database, each of them seen by its owner alone. */
@Injectable()
export class QueryRecords {
  constructor(
    private readonly database: Database,
    private readonly limits: QueryLimits,
  ) {}

  /**
   * Notes a query before it is handed to the warehouse, so that one that runs is always known. Throws TooManyQueries; those that nobody
   * asks about any more do not count.
   */
  async create(caller: UserCaller, query: NewQuery): Promise<QueryRecord> {
    const { perUser, abandonedMs, pollNotedMs } = this.limits;
    return this.database.asUser(
      caller,
      async (tx) => {
        // Two requests at one moment would both find room for one more.
        await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('queries of ' || $1, 0))`, [caller.userId]);
        const running = (await tx.query(
          `SELECT query_id AS id FROM queries
            WHERE user_id = $1 AND ${UNDER_WAY} AND polled_at > clock_timestamp() - $2 * interval '1 ms' ORDER BY submitted_at`,
          [caller.userId, abandonedMs + pollNotedMs],
        )) as { id: string }[];
        if (running.length >= perUser)
          throw new TooManyQueries(
            perUser,
            running.map(({ id }) => id),
          );
        const [row] = (await tx.query(
          `INSERT INTO queries
             (query_id, user_id, catalog_name, schema_name, table_name, request, warehouse_id, status, step,
              sql_statement, parameters)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'PENDING', $8, $9, $10) RETURNING ${SELECTED}`,
          [
            query.queryId,
            caller.userId,
            query.request.catalog,
            query.request.schema,
            query.request.table,
            JSON.stringify(query.request),
            query.warehouseId,
            query.select === undefined ? 'columns' : 'rows',
            query.select?.text ?? null,
            query.select === undefined ? null : JSON.stringify(query.select.parameters),
          ],
        )) as QueryRecord[];
        if (row === undefined) throw new Error('An INSERT that succeeds answers its row');
        return row;
      },
      WRITING,
    );
  }

  find(caller: UserCaller, queryId: string): Promise<QueryRecord | undefined> {
    return this.database.asUser(
      caller,
      async (tx) => {
        const [row] = (await tx.query(`SELECT ${SELECTED} FROM queries WHERE query_id = $1 AND user_id = $2`, [
          queryId,
          caller.userId,
        ])) as QueryRecord[];
        return row;
      },
      READING,
    );
  }

  /** Undefined when somebody else has changed it since, or it is gone. Ends it when the status is one it ends with. */
  change(caller: UserCaller, record: QueryRecord, change: QueryChange): Promise<QueryRecord | undefined> {
    const fields = Object.entries(change);
    const set = fields.map(([name], at) => `${COLUMNS[name as keyof QueryChange]} = $${at + 4}`);
    const ends = change.status !== undefined && change.status !== 'PENDING' && change.status !== 'RUNNING';
    const claims = change.statementId === null;
    return this.database.asUser(
      caller,
      async (tx) => {
        const [rows] = (await tx.query(
          `UPDATE queries SET ${[...set, 'revision = revision + 1', 'polled_at = clock_timestamp()'].join(', ')}
              ${ends ? ', finished_at = clock_timestamp()' : ''} ${claims ? ', claimed_at = clock_timestamp()' : ''}
            WHERE query_id = $1 AND user_id = $2 AND revision = $3 AND ${UNDER_WAY} RETURNING ${SELECTED}`,
          [
            record.queryId,
            caller.userId,
            record.revision,
            ...fields.map(([name, value]) => (JSON_FIELDS.has(name) && value !== null ? JSON.stringify(value) : value)),
          ],
        )) as [QueryRecord[], number];
        return rows[0];
      },
      WRITING,
    );
  }

  /** Somebody has asked about it. */
  async notePoll(caller: UserCaller, record: QueryRecord): Promise<void> {
    if (Date.now() - record.polledAt.getTime() < this.limits.pollNotedMs) return;
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(`UPDATE queries SET polled_at = clock_timestamp() WHERE query_id = $1 AND user_id = $2`, [
          record.queryId,
          caller.userId,
        ]),
      WRITING,
    );
  }

  /** Queries under way that nobody has asked about for too long. What is too old or too much of the history is forgotten on the way. */
  abandoned(caller: UserCaller): Promise<QueryRecord[]> {
    const { abandonedMs, pollNotedMs, keptDays, keptQueries } = this.limits;
    return this.database.asUser(
      caller,
      async (tx) => {
        await tx.query(
          `DELETE FROM queries WHERE user_id = $1 AND finished_at IS NOT NULL
              AND (submitted_at < clock_timestamp() - $2 * interval '1 day' OR query_id IN (
                SELECT query_id FROM queries WHERE user_id = $1 ORDER BY submitted_at DESC, query_id DESC OFFSET $3))`,
          [caller.userId, keptDays, keptQueries],
        );
        return (await tx.query(
          `SELECT ${SELECTED} FROM queries
            WHERE user_id = $1 AND ${UNDER_WAY} AND polled_at <= clock_timestamp() - $2 * interval '1 ms'`,
          [caller.userId, abandonedMs + pollNotedMs],
        )) as QueryRecord[];
      },
      WRITING,
    );
  }

  /** The newest first; `after` is the last one of the page before. */
  list(
    caller: UserCaller,
    limit: number,
    after: { submittedAt: string; queryId: string } | undefined,
  ): Promise<QueryRecord[]> {
    return this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `SELECT ${SELECTED} FROM queries WHERE user_id = $1
              AND ($3::timestamptz IS NULL OR (submitted_at, query_id) < ($3::timestamptz, $4::uuid))
            ORDER BY submitted_at DESC, query_id DESC LIMIT $2`,
          [caller.userId, limit, after?.submittedAt ?? null, after?.queryId ?? null],
        ) as Promise<QueryRecord[]>,
      READING,
    );
  }
}
