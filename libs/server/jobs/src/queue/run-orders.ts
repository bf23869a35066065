import type { S3Location } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import { engineWorkOf } from '../engine/engine-work';
import type { RunOrder } from '../engine/ingestion-engine';
import { JobConnections, type JobSide } from '../runs/job-connections';
import { locationOf, type JobEnd } from '../runs/job-places';
import type { JobRow } from '../runs/job-row';

/** Makes the engine's order of a job, with its connections as they are now: keys may have been changed, or taken away, since it was asked for. */
@Injectable()
export class RunOrders {
  constructor(private readonly connections: JobConnections) {}

  /** Throws `ConnectionGone`, and what the connections throw. */
  async of(job: JobRow, manifestEtag: string | undefined): Promise<RunOrder> {
    const { request, user_id: owner } = job;
    const end = async (id: string, location: S3Location, side: JobSide): Promise<JobEnd> => ({
      connection: await this.connections.stored(owner, id, location, side, request.admitted_as),
      location,
    });
    const { source: from, target: to } = request;
    const source = await end(from.connection_id, locationOf(from.uri, 'source.manifest_uri'), 'source');
    const target = await end(to.connection_id, locationOf(to.uri, 'target.uri'), 'target');
    return { ...engineWorkOf({ source, target }, request), jobId: job.job_id, userId: job.user_id, manifestEtag };
  }
}
