import { DomainError } from '@lakescope/server-http';
import type { JobStatus } from './runs/job-values';

/** There is no such job, or it is another person's. */
export class JobNotFound extends DomainError {
  constructor(jobId: string) {
    super({
      kind: 'not_found',
      code: 'JOB_NOT_FOUND',
      message: 'There is no ingestion job of this id, or it is not yours.',
      details: { job_id: jobId },
    });
  }
}

/** What has ended cannot be cancelled. */
export class JobNotActive extends DomainError {
  constructor(jobId: string, status: JobStatus) {
    super({
      kind: 'conflict',
      code: 'JOB_NOT_ACTIVE',
      message: `The job is not active any more: it is ${status.replaceAll('_', ' ')}.`,
      details: { job_id: jobId, status },
    });
  }
}

/** What has not ended has left nothing behind yet. */
export class JobStillActive extends DomainError {
  constructor(jobId: string, status: JobStatus) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `The job is still ${status}: wait until it has ended, or cancel it.`,
      details: { job_id: jobId, status },
    });
  }
}

/** The job has left nothing behind. */
export class NothingToRetry extends DomainError {
  constructor(jobId: string) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'No table of this job has failed, and none of its folders was put aside: there is nothing to try again.',
      details: { job_id: jobId },
    });
  }
}

/** Nobody of the caller's ingests there. */
export class FeedNotFound extends DomainError {
  constructor() {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: 'Nothing that was ingested there is known: freshness is told after the first run.',
    });
  }
}

/** More would wait for longer than anybody does. */
export class TooManyLooks extends DomainError {
  constructor(limit: number) {
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: `${limit} manifests are being read or wait for it, which is the most. Try again in a moment.`,
      details: { limit },
      retryAfterSeconds: 5,
    });
  }
}

/** Each person may have so many. */
export class TooManyThresholds extends DomainError {
  constructor(limit: number) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `There are ${limit} thresholds, which is the most. Set one for the whole target, or delete some.`,
      details: { limit },
    });
  }
}

/** The same key came with another request before. */
export class IdempotencyKeyReused extends DomainError {
  constructor(jobId: string) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'This Idempotency-Key was used for another request before: take a new one.',
      details: { job_id: jobId },
    });
  }
}

/** Each person may have so many. */
export class TooManyJobs extends DomainError {
  constructor(limit: number) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: `You have ${limit} ingestion jobs that wait or are under way, which is the most. Wait until one of them ends.`,
      details: { limit },
      retryAfterSeconds: 10,
    });
  }
}

/** What is everybody's is for administrators. */
export class JobsOfOthersRefused extends DomainError {
  constructor() {
    super({
      kind: 'forbidden',
      code: 'PERMISSION_DENIED',
      message: 'Only administrators may look at the ingestion jobs of others.',
    });
  }
}
