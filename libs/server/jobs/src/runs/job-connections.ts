import { InvalidRequest, type UserCaller } from '@lakescope/server-http';
import { ConnectionTargets, DEFAULT_CONNECTION, type ConnectionTarget } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import { EngineFailure } from '../engine/engine.errors';
import type { JobRequest } from './job-request';

/** The connection that a job was to work with is not there any more, or not for the job's owner. */
export class ConnectionGone extends EngineFailure {
  constructor() {
    super({
      code: 'CONNECTION_GONE',
      message: 'The S3 connection that the job was to work with is gone.',
      advice: 'Make a connection, and start a new job with it.',
    });
  }
}

/** With which connections whose jobs may work. */
@Injectable()
export class JobConnections {
  constructor(private readonly connections: ConnectionTargets) {}

  /** Throws what `ConnectionTargets` throws; `side` is where the request names the connection. */
  async of(
    caller: UserCaller,
    id: string | undefined,
    bucket: string,
    side: 'source' | 'target',
  ): Promise<ConnectionTarget> {
    try {
      return await this.connections.of(caller, id, bucket);
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error;
      const fields = error.details['fields'] as readonly { path: string; message: string }[];
      throw new InvalidRequest(
        `${side}.${error.message}`,
        fields.map(({ path, message }) => ({ path: `${side}.${path}`, message })),
      );
    }
  }

  /**
   * The names under which the owner of a job that is tried again is let in to `default` now. Of an owner who asks all groups count, of one who
   * is not there those of the request. Throws `S3DefaultRefused`.
   */
  async admittedAgain(
    caller: UserCaller,
    ownerId: string,
    { source, target, admitted_as = [] }: JobRequest,
  ): Promise<Pick<JobRequest, 'admitted_as'>> {
    if (![source, target].some(({ connection_id }) => connection_id === DEFAULT_CONNECTION)) return {};
    const admittedAs = caller.userId === ownerId ? caller.groups : admitted_as;
    const found = await this.connections.stored(DEFAULT_CONNECTION, { userId: ownerId, admittedAs });
    // Where there is none any more, the run says so.
    return found === undefined ? {} : { admitted_as: found.admittedAs };
  }

  /**
   * For a job of this person, as the connection is now; `admittedAs`: under which names they were let in to `default`. Throws
   * `ConnectionGone`, `S3KeysUnreadable`, `S3DefaultRefused`.
   */
  async stored(ownerId: string, id: string, admittedAs: readonly string[] = []): Promise<ConnectionTarget> {
    const found = await this.connections.stored(id, { userId: ownerId, admittedAs });
    if (found !== undefined && (found.ownerId === undefined || found.ownerId === ownerId)) return found;
    throw new ConnectionGone();
  }
}
