import { Cursors, InvalidRequest, type Precondition, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { IngestionRequestDto } from '../runs/ingestion-request.dto';
import { JobPlaces, type StoredRequest } from '../runs/job-places';
import { CronTimes } from './cron-times';
import { ScheduleBell } from './schedule-bell';
import type { ListSchedulesQuery, ScheduleDto, SchedulePage, SchedulePreviewDto } from './schedule.dto';
import { ScheduleOfAnother } from './schedule.errors';
import { ScheduleRecords, type ScheduleChange } from './schedule-records';
import { scheduleOf, type ScheduleRow } from './schedule-row';
import type { CreateScheduleDto, PreviewScheduleDto, UpdateScheduleDto } from './write-schedule.dto';

const PREVIEWED = 5;

/** The schedules that a person sees and writes. */
@Injectable()
export class Schedules {
  constructor(
    private readonly records: ScheduleRecords,
    private readonly places: JobPlaces,
    private readonly bell: ScheduleBell,
    private readonly cursors: Cursors,
  ) {}

  /** Throws `InvalidRequest`. */
  preview({ cron, time_zone }: PreviewScheduleDto): SchedulePreviewDto {
    const times = new CronTimes(cron, time_zone).next(PREVIEWED, new Date());
    return { next_runs: times.map((time) => time.toISOString()) };
  }

  /** By name. Throws `JobsOfOthersRefused`. */
  async list(caller: UserCaller, { limit, cursor, scope: whose = 'mine' }: ListSchedulesQuery): Promise<SchedulePage> {
    const isOwn = whose === 'mine';
    const scope = JSON.stringify(['ingestion schedules', isOwn ? caller.userId : null]);
    const after = this.cursors.decodeTexts(scope, cursor, 2);
    const found = await this.records.list(caller, isOwn, limit + 1, after);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map(scheduleOf),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, [last.name, last.schedule_id]),
    };
  }

  /** Throws `ScheduleNotFound`. */
  async read(caller: UserCaller, scheduleId: string): Promise<ScheduleDto> {
    return scheduleOf(await this.records.find(caller, scheduleId));
  }

  /** Throws `InvalidRequest`, `ScheduleExists`, `TooManySchedules`, and what `JobPlaces` throws. */
  async create(caller: UserCaller, asked: CreateScheduleDto): Promise<ScheduleDto> {
    const { name, cron, time_zone, paused } = asked;
    const times = new CronTimes(cron, time_zone);
    const request = await this.settled(caller, asked.request);
    const next_run_at = paused ? null : dueAfterNow(times);
    return this.told(await this.records.insert(caller, { name, cron, time_zone, paused, request, next_run_at }));
  }

  /** Throws besides `ScheduleNotFound`, `ScheduleChanged` and `ScheduleOfAnother`. */
  async update(
    caller: UserCaller,
    scheduleId: string,
    asked: UpdateScheduleDto,
    condition: Precondition | undefined,
  ): Promise<ScheduleDto> {
    const found = await this.records.find(caller, scheduleId);
    if (asked.request !== undefined && found.user_id !== caller.userId) throw new ScheduleOfAnother();
    const request = asked.request === undefined ? undefined : await this.settled(caller, asked.request);
    return this.told(await this.records.update(caller, found, condition, (before) => changed(before, asked, request)));
  }

  /** Its jobs stay. Throws `ScheduleNotFound` and `ScheduleChanged`. */
  async delete(caller: UserCaller, scheduleId: string, condition: Precondition | undefined): Promise<void> {
    if (condition === 'absent')
      throw new InvalidRequest('What is not there cannot be deleted: leave If-None-Match out.');
    await this.records.delete(caller, await this.records.find(caller, scheduleId), condition);
  }

  /** With the connections that are found for it now: later ones change nothing about it. */
  private async settled(caller: UserCaller, asked: IngestionRequestDto): Promise<StoredRequest> {
    if (asked.resets !== undefined && asked.resets.length > 0) {
      const message = 'must be left out: a decision about a reset is for one run, and would be made again each time';
      throw new InvalidRequest(`request.resets ${message}.`, [{ path: 'request.resets', message }]);
    }
    const { request } = await within('request', () => this.places.check(caller, asked));
    return {
      ...asked,
      source: { connection_id: request.source.connection_id, manifest_uri: asked.source.manifest_uri },
      target: { connection_id: request.target.connection_id, uri: asked.target.uri },
      ...(request.admitted_as === undefined ? {} : { admitted_as: request.admitted_as }),
    };
  }

  private told(row: ScheduleRow): ScheduleDto {
    if (row.next_run_at !== null) this.bell.expect(row.next_run_at);
    return scheduleOf(row);
  }
}

/** What stays as it was is due when it was. */
function changed(before: ScheduleRow, asked: UpdateScheduleDto, request: StoredRequest | undefined): ScheduleChange {
  const { name = before.name, cron = before.cron, time_zone = before.time_zone, paused = before.paused } = asked;
  const isElsewhen = cron !== before.cron || time_zone !== before.time_zone;
  const times = new CronTimes(cron, time_zone);
  const next_run_at = paused
    ? null
    : isElsewhen || before.next_run_at === null
      ? dueAfterNow(times)
      : before.next_run_at;
  const fields = { name, cron, time_zone, paused, request: request ?? before.request, next_run_at };
  return { fields, isFresh: request !== undefined || (before.paused && !paused) };
}

function dueAfterNow(times: CronTimes): Date {
  const due = times.after(new Date());
  if (due === undefined) throw new Error('What is never due is refused');
  return due;
}

/** What is wrong with a part of the body is said with the way to it. */
async function within<T>(part: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    const fields = error.details['fields'] as readonly { path: string; message: string }[];
    if (fields.length === 0) throw error;
    throw new InvalidRequest(
      `${part}.${error.message}`,
      fields.map(({ path, message }) => ({ path: `${part}.${path}`, message })),
    );
  }
}
