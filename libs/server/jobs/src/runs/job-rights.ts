import type { UserCaller } from '@lakescope/server-http';
import { ConnectionCheck, type RightName, type RightStatus, type S3RightDto } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import type { PlanJobDto } from './ingestion-request.dto';
import type { JobSide } from './job-connections';
import { JobPlaces, type JobEnd } from './job-places';
import type { JobRightDto, JobRightsDto, JobRightStatus } from './job-rights.dto';

/** Of a right that only tidies up after the check a job has no use. */
const NEEDED: Readonly<Record<JobSide, ReadonlySet<RightName>>> = {
  source: new Set(['list_bucket', 'head_object', 'get_object']),
  target: new Set(['list_bucket', 'head_object', 'get_object', 'put_object', 'conditional_put']),
};

const STATUSES: Readonly<Record<RightStatus, JobRightStatus>> = {
  ok: 'ok',
  denied: 'missing',
  failed: 'failed',
  not_tried: 'not_tried',
};

/** Tries at both ends of a job what it needs there, with the connections that it would work with. */
@Injectable()
export class JobRights {
  constructor(
    private readonly places: JobPlaces,
    private readonly check: ConnectionCheck,
  ) {}

  /** A small object is written below the target, and deleted again; at the source nothing is. Throws what `JobPlaces` throws. */
  async try(caller: UserCaller, asked: PlanJobDto, signal: AbortSignal): Promise<JobRightsDto> {
    const { source, target } = await this.places.check(caller, asked);
    const rights = (await Promise.all([this.ofSource(source, signal), this.ofTarget(target, signal)])).flat();
    return {
      ready: rights.every(({ needed, status }) => !needed || status === 'ok'),
      rights,
      checked_at: new Date().toISOString(),
    };
  }

  private async ofSource({ connection, location }: JobEnd, signal: AbortSignal): Promise<JobRightDto[]> {
    const { bucket, path: key } = location;
    const place = { bucket, prefix: key.slice(0, key.lastIndexOf('/') + 1), key };
    const { rights, writing } = await this.check.ofSource(connection, place, signal);
    return [
      ...rights.map((right) => told('source', right)),
      {
        side: 'source',
        right: 'write_refused',
        status: writing.status === 'failed' ? 'excessive' : STATUSES[writing.status],
        needed: false,
        detail: writing.detail,
        advice:
          writing.status === 'failed'
            ? 'Read with a connection whose keys may list and read and nothing else, or add this statement to their policy. A job never writes to its source, so it works all the same.'
            : null,
        policy_line: writing.policy_line,
      },
    ];
  }

  private async ofTarget({ connection, location }: JobEnd, signal: AbortSignal): Promise<JobRightDto[]> {
    const { bucket, path } = location;
    const place = { bucket, prefix: path === '' ? '' : `${path}/` };
    return (await this.check.ofTarget(connection, place, signal)).map((right) => told('target', right));
  }
}

function told(side: JobSide, { right, status, detail, policy_line }: S3RightDto): JobRightDto {
  const needed = NEEDED[side].has(right);
  return { side, right, status: STATUSES[status], needed, detail, advice: adviceOf(right, status), policy_line };
}

function adviceOf(right: RightName, status: RightStatus): string | null {
  switch (status) {
    case 'ok':
      return null;
    case 'denied':
      return right === 'delete_object'
        ? 'No job needs this right: delete what the check has left behind, and go on.'
        : 'Have this statement added to the policy of the connection’s keys, or of its role, and check again.';
    case 'failed':
      return right === 'conditional_put'
        ? 'Write to a storage that honours If-None-Match, as S3 does.'
        : 'Mend what was seen, and check again.';
    default:
      return 'Mend what keeps this from being tried, and check again.';
  }
}
