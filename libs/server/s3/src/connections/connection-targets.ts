import { InvalidRequest, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { S3Target } from '../s3-clients';
import { S3ConnectionNotFound, S3DefaultRefused } from '../s3.errors';
import { limits } from '../s3-limits';
import { ConnectionRecords } from './connection-records';
import { isConnectionId } from './connections';
import { DEFAULT_CONNECTION, DefaultConnection } from './default-connection';
import type { S3Connection } from './s3-connection.entity';
import { SealedKeys } from './sealed-keys';

/** A connection with all that a client of it is made of, its keys among it: for work that goes on without the person. */
export interface ConnectionTarget {
  /** `default`: the one that the environment makes. */
  readonly id: string;
  readonly name: string;
  /** Whose it is; undefined for that of the environment. */
  readonly ownerId: string | undefined;
  readonly target: S3Target;
  /** What it is for; undefined: any. */
  readonly bucket: string | undefined;
  /** Where looking into the bucket begins; empty: at its top. */
  readonly prefix: string;
  /** Of `default`: the listed names under which its user was let in, for `stored`; else nothing. */
  readonly admittedAs: readonly string[];
}

/** What a connection is called and where it leads, without its keys. */
export interface ConnectionOutline {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly bucket: string | undefined;
  readonly prefix: string;
}

/** Connections for work that goes on after the request, in another thread or another process than the one that was asked. */
@Injectable()
export class ConnectionTargets {
  constructor(
    private readonly records: ConnectionRecords,
    private readonly keys: SealedKeys,
    private readonly byEnvironment: DefaultConnection,
  ) {}

  /**
   * The caller's connection of this id; without one the only connection of the caller's that begins with the bucket. Throws
   * `S3ConnectionNotFound`, `S3KeysUnreadable`, or `InvalidRequest` where none or several begin with the bucket.
   */
  async of(caller: UserCaller, id: string | undefined, bucket: string): Promise<ConnectionTarget> {
    if (id === undefined) return this.opened(await this.only(caller, bucket));
    if (id === DEFAULT_CONNECTION) {
      const target = this.byEnvironment.for(caller);
      if (target === undefined) throw new S3ConnectionNotFound(id);
      return ofEnvironment(target, this.byEnvironment.namesOf(caller));
    }
    const found = isConnectionId(id) ? await this.records.find(caller, id) : undefined;
    if (found === undefined) throw new S3ConnectionNotFound(id);
    return this.opened(found);
  }

  /**
   * The connection of this id, whosever it is: for what somebody who may use it has asked for before, who is not there now. Undefined when it
   * is gone. `default` is for those alone whom the list names now, as themselves or as one of `user.admittedAs`. Throws `S3KeysUnreadable`
   * and `S3DefaultRefused`.
   */
  async stored(
    id: string,
    user: { readonly userId: string; readonly admittedAs: readonly string[] },
  ): Promise<ConnectionTarget | undefined> {
    if (id === DEFAULT_CONNECTION) {
      const target = this.byEnvironment.target;
      if (target === undefined) return undefined;
      const names = this.byEnvironment.namesOf({ userId: user.userId, groups: user.admittedAs });
      if (names.length === 0) throw new S3DefaultRefused(user.userId);
      return ofEnvironment(target, names);
    }
    const found = isConnectionId(id) ? await this.records.findStored(id) : undefined;
    return found === undefined ? undefined : this.opened(found);
  }

  /** Without keys. Throws `S3ConnectionNotFound` where it is not the caller's own; that of the environment is nobody's. */
  async own(caller: UserCaller, id: string): Promise<ConnectionOutline> {
    const found = isConnectionId(id) ? await this.records.find(caller, id) : undefined;
    if (found === undefined) throw new S3ConnectionNotFound(id);
    return outlineOf(found);
  }

  /** Of these ids, whosever they are, those that are there, without keys: for whom somebody has let use them. */
  async outlines(ids: readonly string[]): Promise<ConnectionOutline[]> {
    return (await this.records.findAllStored(ids.filter(isConnectionId))).map(outlineOf);
  }

  private async only(caller: UserCaller, bucket: string): Promise<S3Connection> {
    const all = await this.records.list(caller, limits.connections);
    const [first, ...others] = all.filter((connection) => connection.bucket === bucket);
    if (first !== undefined && others.length === 0) return first;
    const message =
      first === undefined
        ? `is needed: none of your S3 connections begins with the bucket ${bucket}`
        : `is needed: several of your S3 connections begin with the bucket ${bucket}`;
    throw new InvalidRequest(`connection_id ${message}.`, [{ path: 'connection_id', message }]);
  }

  private opened(connection: S3Connection): ConnectionTarget {
    const { endpoint, region, pathStyle, roleArn, externalId } = connection;
    const { id, name, ownerId, bucket, prefix } = outlineOf(connection);
    const role = roleArn === null ? undefined : { arn: roleArn, externalId: externalId ?? undefined };
    return {
      id,
      name,
      ownerId,
      target: { endpoint, region, pathStyle, keys: this.keys.open(connection), role },
      bucket,
      prefix,
      admittedAs: [],
    };
  }
}

function ofEnvironment(target: S3Target, admittedAs: readonly string[]): ConnectionTarget {
  return {
    id: DEFAULT_CONNECTION,
    name: DEFAULT_CONNECTION,
    ownerId: undefined,
    target,
    bucket: undefined,
    prefix: '',
    admittedAs,
  };
}

function outlineOf({ id, name, userId, bucket, prefix }: S3Connection): ConnectionOutline {
  return { id, name, ownerId: userId, bucket: bucket ?? undefined, prefix: prefix ?? '' };
}
