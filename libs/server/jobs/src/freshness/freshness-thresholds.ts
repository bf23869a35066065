import { AuditLog } from '@lakescope/server-audit';
import { Cursors, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TooManyThresholds } from '../jobs.errors';
import { JobsLimits } from '../jobs-limits';
import { JobAccess } from '../runs/job-access';
import { targetUriOf } from '../runs/job-places';
import type { ListThresholdsQuery, PutThresholdDto, ThresholdPlaceDto } from './ask-freshness.dto';
import { FreshnessAlarms } from './freshness-alarms';
import type { FreshnessThresholdDto, FreshnessThresholdPage } from './freshness.dto';

const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;
const WRITING = { feature: 'Ingestion jobs', repeat: 'write' } as const;

interface ThresholdRow {
  readonly user_id: string;
  readonly target_uri: string;
  /** Empty: the default of the target. */
  readonly table_name: string;
  readonly minutes: number;
  readonly updated_at: Date;
}

/** From how far behind on tables are late: for a target, and for single tables of it. Nothing is late where nobody has said so. */
@Injectable()
export class FreshnessThresholds {
  constructor(
    private readonly access: JobAccess,
    private readonly auditLog: AuditLog,
    private readonly cursors: Cursors,
    private readonly limits: JobsLimits,
    private readonly alarms: FreshnessAlarms,
  ) {}

  /** By target and table. Throws `JobsOfOthersRefused`. */
  async list(caller: UserCaller, query: ListThresholdsQuery): Promise<FreshnessThresholdPage> {
    const isOwn = (query.scope ?? 'mine') === 'mine';
    const transact = await this.access.rows(caller, isOwn);
    const { limit, cursor } = query;
    const userId = isOwn ? caller.userId : null;
    const target = query.target === undefined ? null : targetUriOf(query.target, 'target');
    const scope = JSON.stringify(['freshness thresholds', userId, target]);
    const after = this.cursors.decodeTexts(scope, cursor, 3);
    const read = (tx: EntityManager): Promise<ThresholdRow[]> =>
      tx.query(
        `SELECT * FROM ingestion_thresholds
          WHERE ($1::text IS NULL OR user_id = $1) AND ($2::text IS NULL OR target_uri = $2)
            AND ($3::text IS NULL OR (target_uri, table_name, user_id) > ($3, $4, $5))
          ORDER BY target_uri, table_name, user_id LIMIT $6`,
        [userId, target, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, limit + 1],
      ) as Promise<ThresholdRow[]>;
    const found = await transact(read, READING);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    const next = last === undefined ? null : [last.target_uri, last.table_name, last.user_id];
    return { items: rows.map(thresholdOf), next_cursor: next === null ? null : this.cursors.encode(scope, next) };
  }

  /** Throws `JobsOfOthersRefused`, `TooManyThresholds`, and `InvalidRequest` for a target that is no place. */
  async put(caller: UserCaller, asked: PutThresholdDto): Promise<FreshnessThresholdDto> {
    const { target, table } = whichOf(asked);
    const row = await this.writing(caller, asked, async (tx, userId) => {
      await this.admit(tx, userId, target, table);
      const [written] = (await tx.query(
        `INSERT INTO ingestion_thresholds (user_id, target_uri, table_name, minutes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, target_uri, table_name) DO UPDATE
            SET minutes = excluded.minutes, updated_at = clock_timestamp() RETURNING *`,
        [userId, target, table, asked.minutes],
      )) as ThresholdRow[];
      await this.note(tx, caller, 'freshness_threshold.set', asked, { minutes: asked.minutes });
      return written;
    });
    if (row === undefined) throw new Error('The database answered without a row');
    return thresholdOf(row);
  }

  /** Throws `JobsOfOthersRefused`, and `InvalidRequest` for a target that is no place. */
  async delete(caller: UserCaller, asked: ThresholdPlaceDto): Promise<void> {
    const { target, table } = whichOf(asked);
    await this.writing(caller, asked, async (tx, userId) => {
      await tx.query(`DELETE FROM ingestion_thresholds WHERE user_id = $1 AND target_uri = $2 AND table_name = $3`, [
        userId,
        target,
        table,
      ]);
      await this.note(tx, caller, 'freshness_threshold.delete', asked, {});
    });
  }

  private async writing<T>(
    caller: UserCaller,
    { user_id: of = caller.userId }: ThresholdPlaceDto,
    write: (tx: EntityManager, userId: string) => Promise<T>,
  ): Promise<T> {
    const transact = await this.access.rows(caller, of === caller.userId);
    const written = await transact((tx) => write(tx, of), WRITING);
    await this.alarms.look();
    return written;
  }

  /** A table is one of thousands, and a target one of a few: there is no end to names nobody ingests. */
  private async admit(tx: EntityManager, userId: string, target: string, table: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('freshness thresholds of ' || $1, 0))`, [userId]);
    const [row] = (await tx.query(
      `SELECT count(*)::int AS count FROM ingestion_thresholds
        WHERE user_id = $1 AND (target_uri, table_name) <> ($2, $3)`,
      [userId, target, table],
    )) as { count: number }[];
    const { thresholds } = this.limits;
    if ((row?.count ?? 0) >= thresholds) throw new TooManyThresholds(thresholds);
  }

  private note(
    tx: EntityManager,
    caller: UserCaller,
    action: string,
    asked: ThresholdPlaceDto,
    more: { readonly minutes?: number },
  ): Promise<void> {
    const { target, table } = whichOf(asked);
    const isOwn = asked.user_id === undefined || asked.user_id === caller.userId;
    return this.auditLog.record(tx, {
      userId: caller.userId,
      actingAs: 'user',
      action,
      target,
      outcome: 'success',
      details: {
        ...more,
        ...(table === '' ? {} : { table }),
        ...(isOwn ? {} : { of_another_person: true }),
      },
    });
  }
}

function whichOf({ target_uri, table = '' }: ThresholdPlaceDto): { target: string; table: string } {
  return { target: targetUriOf(target_uri, 'target_uri'), table };
}

function thresholdOf(row: ThresholdRow): FreshnessThresholdDto {
  return {
    target_uri: row.target_uri,
    table: row.table_name === '' ? null : row.table_name,
    minutes: row.minutes,
    user_id: row.user_id,
    updated_at: row.updated_at.toISOString(),
  };
}
