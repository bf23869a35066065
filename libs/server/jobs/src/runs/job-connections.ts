import { DomainError, InvalidRequest, type UserCaller } from '@lakescope/server-http';
import {
  ConnectionTargets,
  DEFAULT_CONNECTION,
  S3ConnectionNotFound,
  type ConnectionTarget,
  type S3Location,
} from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import { EngineFailure } from '../engine/engine.errors';
import { Grants } from '../grants/grants';
import type { JobRequest } from './job-request';

/** Which end of a job a connection is for. */
export type JobSide = 'source' | 'target';

/** The connection that a job was to work with is not there any more, or not for the job's owner. */
export class ConnectionGone extends EngineFailure {
  constructor() {
    super({
      code: 'CONNECTION_GONE',
      message: 'The S3 connection that the job was to work with is gone, or is not granted to its owner any more.',
      advice: 'Make a connection, or ask for it to be granted again, and start a new job with it.',
    });
  }
}

/** The caller has no such connection, and nobody has granted it, or does so any more. Another person's is told of in the same words. */
export class JobConnectionNotFound extends DomainError {
  constructor(id: string, side: JobSide) {
    const message = 'is none of your S3 connections, and not granted to you, or not any more: choose another one';
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: `${side}.connection_id ${message}.`,
      details: { connection_id: id, fields: [{ path: `${side}.connection_id`, message }] },
    });
  }
}

/** With which connections whose jobs may work: with those of their owner, and with those that others have granted to the owner. */
@Injectable()
export class JobConnections {
  constructor(
    private readonly connections: ConnectionTargets,
    private readonly grants: Grants,
  ) {}

  /** Throws `JobConnectionNotFound`, `S3KeysUnreadable`, and `InvalidRequest` where it is granted for another place. */
  async of(caller: UserCaller, id: string | undefined, location: S3Location, side: JobSide): Promise<ConnectionTarget> {
    try {
      return await this.connections.of(caller, id, location.bucket);
    } catch (error) {
      if (error instanceof InvalidRequest) throw atSide(error, side);
      if (!(error instanceof S3ConnectionNotFound) || id === undefined) throw error;
      const granted = await this.grantedTo(caller.userId, id);
      // Who was granted nothing is told the same whether there is such a connection or not.
      if (granted === undefined) throw new JobConnectionNotFound(id, side);
      refuseOutside(granted, location, side);
      return granted;
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
   * `ConnectionGone`, `S3KeysUnreadable`, `S3DefaultRefused`, and `InvalidRequest` where it is granted for another place.
   */
  async stored(
    ownerId: string,
    id: string,
    location: S3Location,
    side: JobSide,
    admittedAs: readonly string[] = [],
  ): Promise<ConnectionTarget> {
    const user = { userId: ownerId, admittedAs };
    if (id === DEFAULT_CONNECTION || (await this.ownerOf(id)) === ownerId) {
      const found = await this.connections.stored(id, user);
      if (found !== undefined) return found;
    }
    const granted = await this.grantedTo(ownerId, id);
    if (granted === undefined) throw new ConnectionGone();
    refuseOutside(granted, location, side);
    return granted;
  }

  /** Keys are opened for those alone who may use them. */
  private async grantedTo(userId: string, id: string): Promise<ConnectionTarget | undefined> {
    const owner = await this.ownerOf(id);
    if (owner === undefined || !(await this.grants.holds(id, owner, userId))) return undefined;
    return this.connections.stored(id, { userId, admittedAs: [] });
  }

  private async ownerOf(id: string): Promise<string | undefined> {
    const [outline] = await this.connections.outlines([id]);
    return outline?.ownerId;
  }
}

/** A grant is of what the connection names, not of all that its keys reach. */
function refuseOutside(
  { name, bucket, prefix }: ConnectionTarget,
  { bucket: wanted, path }: S3Location,
  side: JobSide,
) {
  const field = side === 'source' ? 'source.manifest_uri' : 'target.uri';
  const folder = prefix.replace(/^\/+|\/+$/g, '');
  const isBelow = folder === '' || path === folder || path.startsWith(`${folder}/`);
  if (bucket === wanted && isBelow) return;
  const message =
    bucket === undefined
      ? `cannot be reached: the S3 connection ${name} names no bucket any more, and is granted for none`
      : `must be below s3://${bucket}/${folder}, which the S3 connection ${name} is granted for`;
  throw new InvalidRequest(`${field} ${message}.`, [{ path: field, message }]);
}

function atSide(error: InvalidRequest, side: JobSide): InvalidRequest {
  const fields = error.details['fields'] as readonly { path: string; message: string }[];
  return new InvalidRequest(
    `${side}.${error.message}`,
    fields.map(({ path, message }) => ({ path: `${side}.${path}`, message })),
  );
}
