import { randomUUID } from 'node:crypto';
import { AuditLog } from '@lakescope/server-audit';
import type { Precondition, UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobsLimits } from '../jobs-limits';
import { JobAccess } from '../runs/job-access';
import { ScheduleChanged, ScheduleExists, ScheduleNotFound, TooManySchedules } from './schedule.errors';
import { findSchedule, SCHEDULE_COLUMNS, type ScheduleRow } from './schedule-row';

const READING = { feature: 'Schedules of ingestion', repeat: 'read' } as const;
const WRITING = { feature: 'Schedules of ingestion', repeat: 'write' } as const;
const UNIQUE_VIOLATION = '23505';

/** What people set of a schedule, and when it is due because of that. */
export type ScheduleFields = Pick<ScheduleRow, 'name' | 'cron' | 'time_zone' | 'paused' | 'request' | 'next_run_at'>;

/** What a change sets. */
export interface ScheduleChange {
  readonly fields: ScheduleFields;
  /** Failures and what is said about them are of the past. */
  readonly isFresh: boolean;
}

/** Schedules of people in Postgres. A change and its entry in the audit log are one transaction. */
@Injectable()
export class ScheduleRecords {
  constructor(
    private readonly database: Database,
    private readonly access: JobAccess,
    private readonly auditLog: AuditLog,
    private readonly limits: JobsLimits,
  ) {}

  /** By name, from behind the one that is named: the caller's own, or everybody's. Throws `JobsOfOthersRefused`. */
  async list(
    caller: UserCaller,
    isOwn: boolean,
    limit: number,
    after: readonly [string, string] | undefined,
  ): Promise<ScheduleRow[]> {
    const transact = await this.access.rows(caller, isOwn);
    return transact(
      (tx) =>
        tx.query(
          `SELECT ${SCHEDULE_COLUMNS} FROM ingestion_schedules
            WHERE ($1::text IS NULL OR user_id = $1) AND ($2::text IS NULL OR (name, schedule_id) > ($2, $3::uuid))
            ORDER BY name, schedule_id LIMIT $4`,
          [isOwn ? caller.userId : null, after?.[0] ?? null, after?.[1] ?? null, limit],
        ) as Promise<ScheduleRow[]>,
      READING,
    );
  }

  /** The caller's own, or, for administrators, anybody's. Throws `ScheduleNotFound`, `AdminCheckFailed`. */
  async find(caller: UserCaller, scheduleId: string): Promise<ScheduleRow> {
    const found = await this.access.look(caller, (tx) => findSchedule(tx, scheduleId), READING);
    if (found === undefined) throw new ScheduleNotFound(scheduleId);
    return found;
  }

  /** Throws `ScheduleExists` and `TooManySchedules`. */
  insert(caller: UserCaller, fields: ScheduleFields): Promise<ScheduleRow> {
    const work = async (tx: EntityManager): Promise<ScheduleRow> => {
      // Two at once could both be the last there may be.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`schedules:${caller.userId}`]);
      const [row] = (await tx.query(`SELECT count(*)::int AS count FROM ingestion_schedules WHERE user_id = $1`, [
        caller.userId,
      ])) as { count: number }[];
      if ((row?.count ?? 0) >= this.limits.schedulesPerUser) throw new TooManySchedules(this.limits.schedulesPerUser);
      const [inserted] = (await tx.query(
        `INSERT INTO ingestion_schedules (schedule_id, user_id, name, cron, time_zone, paused, request, next_run_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8) RETURNING ${SCHEDULE_COLUMNS}`,
        [randomUUID(), caller.userId, ...valuesOf(fields)],
      )) as ScheduleRow[];
      if (inserted === undefined) throw new Error('The database answered without a row');
      await this.note(tx, caller, 'ingestion_schedule.create', inserted);
      return inserted;
    };
    return refusingTaken(fields.name, () => this.database.asUser(caller, work, WRITING));
  }

  /** `change` makes the new fields of the row, which nobody else changes meanwhile. */
  async update(
    caller: UserCaller,
    { schedule_id: scheduleId, user_id: owner }: ScheduleRow,
    condition: Precondition | undefined,
    change: (before: ScheduleRow) => ScheduleChange,
  ): Promise<ScheduleRow> {
    let name = '';
    const work = async (tx: EntityManager): Promise<ScheduleRow> => {
      const { fields, isFresh } = change(await locked(tx, scheduleId, condition));
      name = fields.name;
      const [rows] = (await tx.query(
        `UPDATE ingestion_schedules
            SET name = $2, cron = $3, time_zone = $4, paused = $5, request = $6::jsonb, next_run_at = $7,
                failures = CASE WHEN $8 THEN 0 ELSE failures END, last_error = CASE WHEN $8 THEN NULL ELSE last_error END,
                counted_job_id = CASE WHEN $8 THEN last_job_id ELSE counted_job_id END,
                version = version + 1, updated_at = clock_timestamp()
          WHERE schedule_id = $1 RETURNING ${SCHEDULE_COLUMNS}`,
        [scheduleId, ...valuesOf(fields), isFresh],
      )) as [ScheduleRow[], number];
      const [updated] = rows;
      if (updated === undefined) throw new ScheduleNotFound(scheduleId);
      await this.note(tx, caller, 'ingestion_schedule.update', updated);
      return updated;
    };
    return refusingTaken(
      () => name,
      () => this.access.rowsOf(owner, caller)(work, WRITING),
    );
  }

  async delete(
    caller: UserCaller,
    { schedule_id: scheduleId, user_id: owner }: ScheduleRow,
    condition: Precondition | undefined,
  ): Promise<void> {
    await this.access.rowsOf(owner, caller)(async (tx) => {
      const schedule = await locked(tx, scheduleId, condition);
      await tx.query(`DELETE FROM ingestion_schedules WHERE schedule_id = $1`, [scheduleId]);
      await this.note(tx, caller, 'ingestion_schedule.delete', schedule);
    }, WRITING);
  }

  private note(tx: EntityManager, { userId }: UserCaller, action: string, schedule: ScheduleRow): Promise<void> {
    const { schedule_id: target, name, cron, time_zone, paused, request, user_id: owner } = schedule;
    const details = {
      name,
      cron,
      time_zone,
      paused,
      source: request.source.manifest_uri,
      target: request.target.uri,
      ...(owner === userId ? {} : { of_another_person: true }),
    };
    return this.auditLog.record(tx, { userId, actingAs: 'app', action, target, outcome: 'success', details });
  }
}

function valuesOf({ name, cron, time_zone, paused, request, next_run_at }: ScheduleFields): unknown[] {
  return [name, cron, time_zone, paused, JSON.stringify(request), next_run_at];
}

async function locked(
  tx: EntityManager,
  scheduleId: string,
  condition: Precondition | undefined,
): Promise<ScheduleRow> {
  const found = await findSchedule(tx, scheduleId, 'FOR UPDATE');
  if (found === undefined) throw new ScheduleNotFound(scheduleId);
  const holds = typeof condition === 'object' ? condition.version === found.version : condition !== 'absent';
  if (!holds) throw new ScheduleChanged(scheduleId, condition, found.version);
  return found;
}

async function refusingTaken<T>(name: string | (() => string), write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== UNIQUE_VIOLATION) throw error;
    throw new ScheduleExists(typeof name === 'string' ? name : name());
  }
}
