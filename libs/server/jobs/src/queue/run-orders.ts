import { ConnectionTargets, type ConnectionTarget } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import { EngineFailure } from '../engine/engine.errors';
import { engineWorkOf } from '../engine/engine-work';
import type { RunOrder } from '../engine/ingestion-engine';
import { locationOf } from '../runs/job-places';
import type { JobRow } from '../runs/job-row';

/** Makes the engine's order of a job, with its connections as they are now: keys may have been changed, or taken away, since it was asked for. */
@Injectable()
export class RunOrders {
  constructor(private readonly connections: ConnectionTargets) {}

  /** Throws `EngineFailure` where a connection is gone, and what the connections throw. */
  async of(job: JobRow, manifestEtag: string | undefined): Promise<RunOrder> {
    const { request } = job;
    const source = {
      connection: await this.connection(job, request.source.connection_id),
      location: locationOf(request.source.uri, 'source.manifest_uri'),
    };
    const target = {
      connection: await this.connection(job, request.target.connection_id),
      location: locationOf(request.target.uri, 'target.uri'),
    };
    return { ...engineWorkOf({ source, target }, request), jobId: job.job_id, userId: job.user_id, manifestEtag };
  }

  private async connection({ user_id: owner }: JobRow, id: string): Promise<ConnectionTarget> {
    const found = await this.connections.stored(id);
    if (found !== undefined && (found.ownerId === undefined || found.ownerId === owner)) return found;
    throw new EngineFailure({
      code: 'CONNECTION_GONE',
      message: 'The S3 connection that the job was to work with is gone.',
      advice: 'Make a connection, and start a new job with it.',
    });
  }
}
