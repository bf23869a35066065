import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { QueryFailure } from '../query-record';
import { TooManyExports } from './export.errors';
import type { ExportRecord } from './export-record';
import type { ExportFormat } from './row-encoder';

const WRITING = { feature: 'Exporting queries', repeat: 'write' } as const;
const SELECTED = `
  export_id AS "exportId", query_id AS "queryId", format, path, status, rows_written::float8 AS "rowsWritten",
  row_count::float8 AS "rowCount", size_bytes::float8 AS "sizeBytes", truncated, error,
  cancel_requested AS "cancelRequested", started_at AS "startedAt", seen_at AS "seenAt", finished_at AS "finishedAt"`;
const UNDER_WAY = `status IN ('PENDING', 'RUNNING')`;

/** For each person at once. */
const AT_ONCE = 2;
/** Who exports says so every few seconds; after this long without a word it is gone. */
const SILENT_SECONDS = 30;

/** Exports in the database, each of them seen by its owner alone. */
@Injectable()
export class ExportRecords {
  constructor(private readonly database: Database) {}

  create(
    caller: UserCaller,
    { exportId, queryId, format, path }: { exportId: string; queryId: string; format: ExportFormat; path: string },
  ): Promise<ExportRecord> {
    return this.database.asUser(
      caller,
      async (tx) => {
        await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('queries of ' || $1, 0))`, [caller.userId]);
        const [running] = (await tx.query(
          `SELECT count(*)::int AS count FROM query_exports
            WHERE user_id = $1 AND ${UNDER_WAY} AND seen_at > clock_timestamp() - $2 * interval '1 s'`,
          [caller.userId, SILENT_SECONDS],
        )) as { count: number }[];
        if ((running?.count ?? 0) >= AT_ONCE) throw new TooManyExports(AT_ONCE);
        const [row] = (await tx.query(
          `INSERT INTO query_exports (export_id, query_id, user_id, format, path, status)
           VALUES ($1, $2, $3, $4, $5, 'PENDING') RETURNING ${SELECTED}`,
          [exportId, queryId, caller.userId, format, path],
        )) as ExportRecord[];
        if (row === undefined) throw new Error('An INSERT that succeeds answers its row');
        return row;
      },
      WRITING,
    );
  }

  /** One that nobody works on any more is INTERRUPTED, which is noted by whoever asks. */
  find(caller: UserCaller, queryId: string, exportId: string): Promise<ExportRecord | undefined> {
    return this.database.asUser(
      caller,
      async (tx) => {
        await tx.query(
          `UPDATE query_exports SET status = 'INTERRUPTED', finished_at = clock_timestamp(), error = $4
            WHERE export_id = $1 AND user_id = $2 AND ${UNDER_WAY} AND seen_at <= clock_timestamp() - $3 * interval '1 s'`,
          [exportId, caller.userId, SILENT_SECONDS, JSON.stringify(LOST)],
        );
        const [row] = (await tx.query(
          `SELECT ${SELECTED} FROM query_exports WHERE export_id = $1 AND query_id = $2 AND user_id = $3`,
          [exportId, queryId, caller.userId],
        )) as ExportRecord[];
        return row;
      },
      WRITING,
    );
  }

  /** Answers whether it is still wanted. */
  async noteProgress(caller: UserCaller, exportId: string, rowsWritten: number): Promise<boolean> {
    const [rows] = await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE query_exports SET status = 'RUNNING', rows_written = $3, seen_at = clock_timestamp()
            WHERE export_id = $1 AND user_id = $2 AND ${UNDER_WAY} RETURNING cancel_requested AS "cancelRequested"`,
          [exportId, caller.userId, rowsWritten],
        ) as Promise<[{ cancelRequested: boolean }[], number]>,
      WRITING,
    );
    return rows[0] !== undefined && !rows[0].cancelRequested;
  }

  async succeed(
    caller: UserCaller,
    exportId: string,
    { rows, sizeBytes, truncated }: { rows: number; sizeBytes: number; truncated: boolean },
  ): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE query_exports SET status = 'SUCCEEDED', rows_written = $3, row_count = $3, size_bytes = $4, truncated = $5,
                  seen_at = clock_timestamp(), finished_at = clock_timestamp()
            WHERE export_id = $1 AND user_id = $2 AND ${UNDER_WAY}`,
          [exportId, caller.userId, rows, sizeBytes, truncated],
        ),
      WRITING,
    );
  }

  async end(
    caller: UserCaller,
    exportId: string,
    status: 'FAILED' | 'CANCELED' | 'INTERRUPTED',
    error: QueryFailure | null,
  ): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE query_exports SET status = $3, error = $4, finished_at = clock_timestamp()
            WHERE export_id = $1 AND user_id = $2 AND ${UNDER_WAY}`,
          [exportId, caller.userId, status, error === null ? null : JSON.stringify(error)],
        ),
      WRITING,
    );
  }

  async requestCancel(caller: UserCaller, exportId: string): Promise<void> {
    await this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `UPDATE query_exports SET cancel_requested = true WHERE export_id = $1 AND user_id = $2 AND ${UNDER_WAY}`,
          [exportId, caller.userId],
        ),
      WRITING,
    );
  }
}

export const LOST: QueryFailure = {
  error_code: 'INTERRUPTED',
  message: 'The server that made the file was stopped. There is no file; export again.',
  sql_state: null,
};
