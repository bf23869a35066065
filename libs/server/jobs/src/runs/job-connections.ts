import { InvalidRequest, type UserCaller } from '@lakescope/server-http';
import { ConnectionTargets, type ConnectionTarget } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import { EngineFailure } from '../engine/engine.errors';

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

  /** For a job of this person, as the connection is now. Throws `ConnectionGone`, `S3KeysUnreadable`. */
  async stored(ownerId: string, id: string): Promise<ConnectionTarget> {
    const found = await this.connections.stored(id);
    if (found !== undefined && (found.ownerId === undefined || found.ownerId === ownerId)) return found;
    throw new ConnectionGone();
  }
}
