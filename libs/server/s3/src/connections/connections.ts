import { randomUUID } from 'node:crypto';
import { Secret } from '@lakescope/databricks-client';
import type { S3Keys } from '@lakescope/server-config';
import {
  Cursors,
  InvalidRequest,
  UserCaller,
  type JsonValue,
  type PageQuery,
  type Precondition,
} from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { S3Clients } from '../s3-clients';
import { S3Endpoints } from '../s3-endpoints';
import { S3ConnectionNotFound, S3ConnectionReadOnly } from '../s3.errors';
import { S3ConnectionDto, type S3ConnectionPage } from './connection.dto';
import { ConnectionRecords, type ConnectionFields } from './connection-records';
import { DEFAULT_CONNECTION, DefaultConnection } from './default-connection';
import type { S3Connection } from './s3-connection.entity';
import { SealedKeys } from './sealed-keys';
import type { CreateS3ConnectionDto, UpdateS3ConnectionDto } from './write-connection.dto';

const SCOPE = JSON.stringify(['s3 connections']);

type WrittenFields = CreateS3ConnectionDto | UpdateS3ConnectionDto;

/** The connections that a person sees and writes. Keys come in and never go out. */
@Injectable()
export class Connections {
  constructor(
    private readonly records: ConnectionRecords,
    private readonly keys: SealedKeys,
    private readonly endpoints: S3Endpoints,
    private readonly byEnvironment: DefaultConnection,
    private readonly clients: S3Clients,
    private readonly cursors: Cursors,
  ) {}

  async list(caller: UserCaller, { limit, cursor }: PageQuery): Promise<S3ConnectionPage> {
    const after = cursor === undefined ? undefined : nameIn(this.cursors.decode(SCOPE, cursor));
    const found = await this.records.list(caller, limit + 1, after);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const byEnvironment = after === undefined ? this.byEnvironment.for(caller) : undefined;
    return {
      items: [
        ...(byEnvironment === undefined ? [] : [this.byEnvironment.describe(byEnvironment)]),
        ...items.map((connection) => this.described(connection)),
      ],
      next_cursor: last === undefined ? null : this.cursors.encode(SCOPE, last.name),
    };
  }

  async create(caller: UserCaller, dto: CreateS3ConnectionDto): Promise<S3ConnectionDto> {
    const connection = { id: randomUUID(), userId: caller.userId };
    const keys = keysOf(dto);
    if (keys === undefined) throw new Error('A new connection has keys');
    const fields: ConnectionFields = {
      name: dto.name,
      ...this.placeOf(dto),
      ...this.sealed(connection, keys),
    };
    return this.described(await this.records.insert(caller, connection.id, fields));
  }

  async update(
    caller: UserCaller,
    id: string,
    dto: UpdateS3ConnectionDto,
    condition: Precondition | undefined,
  ): Promise<S3ConnectionDto> {
    this.refuseUnwritable(caller, id);
    const keys = keysOf(dto);
    const changed = await this.records.update(caller, id, condition, (before) => ({
      name: dto.name ?? before.name,
      ...this.placeOf(dto, before),
      ...(keys === undefined ? {} : this.sealed(before, keys)),
    }));
    this.clients.forget(id);
    return this.described(changed);
  }

  async delete(caller: UserCaller, id: string, condition: Precondition | undefined): Promise<void> {
    this.refuseUnwritable(caller, id);
    if (condition === 'absent')
      throw new InvalidRequest('What is not there cannot be deleted: leave If-None-Match out.');
    await this.records.delete(caller, id, condition);
    this.clients.forget(id);
  }

  private described(connection: S3Connection): S3ConnectionDto {
    return S3ConnectionDto.from(connection, this.keys.canOpen(connection));
  }

  /** What is not named stays as it was. */
  private placeOf(
    dto: WrittenFields,
    before?: S3Connection,
  ): Omit<ConnectionFields, 'name' | 'keyHint' | 'temporary' | 'sealedKeys'> {
    const kept = <T>(given: T | null | undefined, earlier: T | null | undefined): T | null =>
      given === undefined ? (earlier ?? null) : given;
    const endpoint = kept(dto.endpoint, before?.endpoint);
    const region = dto.region ?? before?.region ?? 'us-east-1';
    const stays = dto.endpoint === undefined ? before?.pathStyle : undefined;
    const pathStyle = dto.path_style ?? stays ?? endpoint !== null;
    const { url } = endpoint === null ? this.endpoints.ofRegion(region) : this.endpoints.parse(endpoint, pathStyle);
    const roleArn = kept(dto.role_arn, before?.roleArn);
    // With the role goes what only the role wants to hear.
    const externalId = dto.role_arn === null ? (dto.external_id ?? null) : kept(dto.external_id, before?.externalId);
    if (externalId !== null && roleArn === null) throw needed('role_arn', 'is required with external_id');
    return {
      endpoint: endpoint === null ? null : url.origin,
      region,
      pathStyle,
      bucket: kept(dto.bucket, before?.bucket),
      prefix: kept(dto.prefix, before?.prefix),
      roleArn,
      externalId,
    };
  }

  private sealed(
    connection: Pick<S3Connection, 'id' | 'userId'>,
    keys: S3Keys,
  ): Pick<ConnectionFields, 'keyHint' | 'temporary' | 'sealedKeys'> {
    return {
      keyHint: hintOf(keys.accessKeyId),
      temporary: keys.sessionToken !== undefined,
      sealedKeys: this.keys.seal(connection, keys),
    };
  }

  private refuseUnwritable(caller: UserCaller, id: string): void {
    if (id === DEFAULT_CONNECTION && this.byEnvironment.for(caller) !== undefined) throw new S3ConnectionReadOnly();
    if (!isConnectionId(id)) throw new S3ConnectionNotFound(id);
  }
}

/** Ids are UUIDs; anything else is nobody's connection. */
export function isConnectionId(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

/** Keys come as a whole, or not at all. */
function keysOf(dto: WrittenFields): S3Keys | undefined {
  const { access_key_id: id, secret_access_key: secret, session_token: token } = dto;
  if (id !== undefined && secret !== undefined) {
    return {
      accessKeyId: new Secret(id),
      secretAccessKey: new Secret(secret),
      sessionToken: token === undefined || token === null ? undefined : new Secret(token),
    };
  }
  if (id === undefined && secret === undefined && (token === undefined || token === null)) return undefined;
  const path = id === undefined ? 'access_key_id' : 'secret_access_key';
  throw needed(path, 'is required: keys are replaced as a whole');
}

function needed(path: string, message: string): InvalidRequest {
  return new InvalidRequest(`${path} ${message}.`, [{ path, message }]);
}

function hintOf(accessKeyId: Secret): string {
  return `…${accessKeyId.reveal().slice(8).slice(-4)}`;
}

function nameIn(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}
