import { Injectable } from '@nestjs/common';
import { engineWorkOf } from '../engine/engine-work';
import type { RunOrder } from '../engine/ingestion-engine';
import { JobConnections } from '../runs/job-connections';
import { locationOf } from '../runs/job-places';
import type { JobRow } from '../runs/job-row';

/** Makes the engine's order of a job, with its connections as they are now: keys may have been changed, or taken away, since it was asked for. */
@Injectable()
export class RunOrders {
  constructor(private readonly connections: JobConnections) {}

  /** Throws `ConnectionGone`, and what the connections throw. */
  async of(job: JobRow, manifestEtag: string | undefined): Promise<RunOrder> {
    const { request, user_id: owner } = job;
    const source = {
      connection: await this.connections.stored(owner, request.source.connection_id, request.admitted_as),
      location: locationOf(request.source.uri, 'source.manifest_uri'),
    };
    const target = {
      connection: await this.connections.stored(owner, request.target.connection_id, request.admitted_as),
      location: locationOf(request.target.uri, 'target.uri'),
    };
    return { ...engineWorkOf({ source, target }, request), jobId: job.job_id, userId: job.user_id, manifestEtag };
  }
}
