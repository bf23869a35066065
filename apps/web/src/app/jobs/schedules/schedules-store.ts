import { inject, Service, signal } from '@angular/core';
import {
  Api,
  apiPages,
  type CreateScheduleDto,
  createSchedule,
  deleteSchedule,
  listSchedules,
  type Problem,
  problemFrom,
  runSchedule,
  type ScheduleDto,
  type UpdateScheduleDto,
  updateSchedule,
} from '@lakescope/web-api';

const A_PAGE = 100;

/** Makes and changes schedules. Everything rejects with what `problemFrom` understands. */
@Service()
export class ScheduleWrites {
  private readonly api = inject(Api);

  create(body: CreateScheduleDto): Promise<ScheduleDto> {
    return this.api.invoke(createSchedule, { body });
  }

  /** Writes only over the version that was read. */
  update({ schedule_id: id, version }: Ref, body: UpdateScheduleDto): Promise<ScheduleDto> {
    return this.api.invoke(updateSchedule, { path: { id }, body, headers: { 'If-Match': `"${version}"` } });
  }

  async remove({ schedule_id: id, version }: Ref): Promise<void> {
    await this.api.invoke(deleteSchedule, { path: { id }, headers: { 'If-Match': `"${version}"` } });
  }

  /** Answers the id of the run that was started. */
  async run({ schedule_id: id }: Ref): Promise<string> {
    const key = crypto.randomUUID();
    return (await this.api.invoke(runSchedule, { path: { id }, headers: { 'Idempotency-Key': key } })).job_id;
  }
}

type Ref = Pick<ScheduleDto, 'schedule_id' | 'version'>;

/** Schedules and how they stand. */
@Service({ autoProvided: false })
export class SchedulesStore {
  private readonly writes = inject(ScheduleWrites);
  /** Whose; to be set by the page. */
  readonly scope = signal<'mine' | 'all'>('mine');
  readonly list = apiPages(listSchedules, (cursor) => ({
    query: { scope: this.scope(), limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) },
  }));

  private readonly failure = signal<Problem | undefined>(undefined);
  /** Why the last deed did not come about. */
  readonly deedProblem = this.failure.asReadonly();
  private readonly acting = signal<string | undefined>(undefined);
  /** The id of the schedule that something is being done with. */
  readonly busy = this.acting.asReadonly();

  reload(): void {
    this.failure.set(undefined);
    this.list.reload();
  }

  async pause(schedule: ScheduleDto, paused: boolean): Promise<void> {
    await this.act(schedule, () => this.writes.update(schedule, { paused }));
  }

  /** Whether it is gone. */
  async remove(schedule: ScheduleDto): Promise<boolean> {
    return (await this.act(schedule, () => this.writes.remove(schedule).then(() => true))) === true;
  }

  /** Answers the id of the run; undefined where none was started. */
  run(schedule: ScheduleDto): Promise<string | undefined> {
    return this.act(schedule, () => this.writes.run(schedule));
  }

  private async act<T>({ schedule_id: id }: ScheduleDto, deed: () => Promise<T>): Promise<T | undefined> {
    if (this.acting() === id) return undefined;
    this.failure.set(undefined);
    this.acting.set(id);
    try {
      return await deed();
    } catch (error) {
      this.failure.set(problemFrom(error));
      return undefined;
    } finally {
      this.acting.set(undefined);
      // Also after a failure: somebody else may have changed it meanwhile.
      this.list.reload();
    }
  }
}
