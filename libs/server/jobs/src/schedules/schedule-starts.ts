import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { AcceptedJobDto } from '../runs/job.dto';
import { hashOf, shownRequest } from '../runs/job-request';
import { JobPlaces } from '../runs/job-places';
import { JobStarter } from '../runs/job-starter';
import { noteRun } from './due-schedule';
import { ScheduleRecords } from './schedule-records';
import { storedRequest } from './stored-request';

/** Starts what a schedule asks for because a person wants it now. */
@Injectable()
export class ScheduleStarts {
  constructor(
    private readonly records: ScheduleRecords,
    private readonly places: JobPlaces,
    private readonly starter: JobStarter,
  ) {}

  /**
   * A job of the schedule's owner, whoever starts it; also while the schedule is paused, and whether or not there is anything new. Throws
   * `ScheduleNotFound`, `StoredRequestInvalid`, `ConnectionGone`, `S3DefaultRefused`, `TooManyJobs`, `IdempotencyKeyReused`.
   */
  async start(caller: UserCaller, scheduleId: string, idempotencyKey?: string): Promise<AcceptedJobDto> {
    const schedule = await this.records.find(caller, scheduleId);
    const { user_id: userId } = schedule;
    const { request, pairKey } = await this.places.checkStored(userId, await storedRequest(schedule));
    const requestHash = hashOf(['schedule', scheduleId, shownRequest(request)]);
    const job = { userId, request, pairKey, idempotencyKey, requestHash, scheduleId };
    return this.starter.enqueue(caller, job, 'ingestion_schedule.run', (tx, { job_id: jobId }) =>
      noteRun(tx, scheduleId, jobId),
    );
  }
}
