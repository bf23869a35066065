import { InvalidRequest } from '@lakescope/server-http';
import type { AcceptedJobDto } from './job.dto';

export const IDEMPOTENCY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Of 1 to 255 printable characters. The same key with the same request answers the job that it has started.',
};
export const LOCATION_OF_JOB = { Location: { description: 'Where the job is.', schema: { type: 'string' } } };

export interface ReplyHeaders {
  header(name: string, value: string): unknown;
}

/** The answer, with where the job is. */
export function located(reply: ReplyHeaders, job: AcceptedJobDto): AcceptedJobDto {
  reply.header('Location', `/api/v1/jobs/${job.job_id}`);
  return job;
}

/** Throws `InvalidRequest` for what is no key. */
export function idempotencyKey(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = 'must be of 1 to 255 printable characters without blanks';
  throw new InvalidRequest(`Idempotency-Key ${message}.`, [{ path: 'Idempotency-Key', message }]);
}
