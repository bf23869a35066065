import type { S3 } from '@aws-sdk/client-s3';
import { InvalidRequest, UserCaller } from '@lakescope/server-http';
import { DatabaseUnavailable } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { S3Clients, type S3ClientOptions } from '../s3-clients';
import { S3BucketNeeded, S3ConnectionNotFound } from '../s3.errors';
import { limits } from '../s3-limits';
import { ConnectionRecords } from './connection-records';
import type { ConnectionTarget } from './connection-targets';
import { isConnectionId } from './connections';
import { DEFAULT_CONNECTION, DefaultConnection } from './default-connection';
import type { S3Connection } from './s3-connection.entity';
import { SealedKeys } from './sealed-keys';

/** A connection that can be asked. */
export interface OpenedConnection {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** Signs with the connection's keys, and connects only to where connections may lead. Not to be destroyed: it is kept for others. */
  readonly client: S3;
  /** Whose rights those are, for caches: another version of the connection may have other keys. */
  readonly scope: string;
  readonly bucket: string | undefined;
  /** Empty: the whole bucket. */
  readonly prefix: string;
}

/** Opens the caller's connections, with the row read anew each time: who may not see it any more cannot use it any more. */
@Injectable()
export class OpenedConnections {
  private readonly logger = new Logger('S3');

  constructor(
    private readonly records: ConnectionRecords,
    private readonly keys: SealedKeys,
    private readonly byEnvironment: DefaultConnection,
    private readonly clients: S3Clients,
  ) {}

  /**
   * Throws `S3ConnectionNotFound` for what is none of the caller's, `S3KeysUnreadable` where the keys cannot be decrypted, and
   * `InvalidRequest` where the endpoint is no longer allowed.
   */
  async open(caller: UserCaller, id: string, options?: S3ClientOptions): Promise<OpenedConnection> {
    if (id === DEFAULT_CONNECTION) return this.openDefault(caller, options);
    const found = isConnectionId(id) ? await this.records.find(caller, id) : undefined;
    if (found === undefined) throw new S3ConnectionNotFound(id);
    return this.opened(caller, found, options);
  }

  /**
   * A connection that somebody else has found, maybe one that its owner lets another person work with. Its client is kept nowhere. Throws
   * `InvalidRequest` where the endpoint is no longer allowed.
   */
  async openTarget({ id, name, target, bucket, prefix }: ConnectionTarget): Promise<OpenedConnection> {
    const client = await this.clients.make(target);
    return { id, name, region: target.region, client, scope: `s3 ${id} once`, bucket, prefix };
  }

  /** The one connection of the caller's that begins with this bucket. Throws `InvalidRequest` where there is none, or more than one. */
  async openFor(caller: UserCaller, bucket: string, options?: S3ClientOptions): Promise<OpenedConnection> {
    const all = await this.records.list(caller, limits.connections);
    const [first, ...others] = all.filter((connection) => connection.bucket === bucket);
    if (first !== undefined && others.length === 0) return this.opened(caller, first, options);
    const message =
      first === undefined
        ? `is needed: none of your S3 connections begins with the bucket ${bucket}`
        : `is needed: several of your S3 connections begin with the bucket ${bucket}`;
    throw new InvalidRequest(`connection_id ${message}.`, [{ path: 'connection_id', message }]);
  }

  private async openDefault(caller: UserCaller, options: S3ClientOptions | undefined): Promise<OpenedConnection> {
    const target = this.byEnvironment.for(caller);
    if (target === undefined) throw new S3ConnectionNotFound(DEFAULT_CONNECTION);
    const client = await this.clients.of(DEFAULT_CONNECTION, 1, target, options);
    return {
      id: DEFAULT_CONNECTION,
      name: DEFAULT_CONNECTION,
      region: target.region,
      client,
      scope: `s3 ${DEFAULT_CONNECTION} ${caller.userId}`,
      bucket: undefined,
      prefix: '',
    };
  }

  private async opened(
    caller: UserCaller,
    connection: S3Connection,
    options: S3ClientOptions | undefined,
  ): Promise<OpenedConnection> {
    const { id, name, endpoint, region, pathStyle, roleArn, externalId } = connection;
    const target = {
      endpoint,
      region,
      pathStyle,
      keys: this.keys.open(connection),
      role: roleArn === null ? undefined : { arn: roleArn, externalId: externalId ?? undefined },
    };
    const client = await this.clients.of(id, connection.version, target, options);
    if (Date.now() - connection.lastUsedAt.getTime() > limits.noteUseMs) await this.noteUse(caller, id);
    const { version, bucket, prefix } = connection;
    const scope = `s3 ${id} ${version}`;
    return { id, name, region, client, scope, bucket: bucket ?? undefined, prefix: prefix ?? '' };
  }

  /** The request does not fail where nothing can be written. */
  private async noteUse(caller: UserCaller, id: string): Promise<void> {
    try {
      await this.records.noteUse(caller, id);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      this.logger.warn(`That an S3 connection is in use could not be noted: ${error.reason}`);
    }
  }
}

/** The bucket that is asked for, else the one that the connection begins with. Throws `S3BucketNeeded`. */
export function bucketOf(connection: OpenedConnection, bucket: string | undefined): string {
  const wanted = bucket ?? connection.bucket;
  if (wanted === undefined) throw new S3BucketNeeded();
  return wanted;
}
