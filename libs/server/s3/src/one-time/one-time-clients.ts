import { createHmac, randomBytes } from 'node:crypto';
import type { S3 } from '@aws-sdk/client-s3';
import { Secret } from '@lakescope/databricks-client';
import { InvalidRequest, UserCaller, type InvalidField } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { S3Clients, type S3ClientOptions } from '../s3-clients';
import type { OneTimeKeysDto } from './one-time-keys.dto';

/** Storage that is reached with the keys of one request. */
export interface OneTimeClient {
  readonly client: S3;
  /** Whose rights those are, for caches; says nothing of the keys to anybody, and something else in the next process. */
  readonly scope: string;
}

/** Opens storage with keys that a request brings along. They lead where connections may lead, and are gone with the request. */
@Injectable()
export class OneTimeClients {
  private readonly scopeKey = randomBytes(32);

  constructor(private readonly clients: S3Clients) {}

  /** Throws `InvalidRequest` that names the place below `field`, where the keys are in the request. */
  async open(caller: UserCaller, dto: OneTimeKeysDto, field: string, options: S3ClientOptions): Promise<OneTimeClient> {
    const { access_key_id: id, secret_access_key: secret, session_token: token } = dto;
    const endpoint = dto.endpoint ?? null;
    const region = dto.region ?? 'us-east-1';
    const target = {
      endpoint,
      region,
      pathStyle: endpoint !== null,
      keys: {
        accessKeyId: new Secret(id),
        secretAccessKey: new Secret(secret),
        sessionToken: typeof token === 'string' ? new Secret(token) : undefined,
      },
      role: undefined,
    };
    const rights = JSON.stringify([caller.userId, endpoint, region, id, secret, token ?? null]);
    const scope = `s3 once ${createHmac('sha256', this.scopeKey).update(rights).digest('base64url')}`;
    try {
      return { client: await this.clients.make(target, options), scope };
    } catch (error) {
      throw error instanceof InvalidRequest ? below(field, error) : error;
    }
  }
}

/** What is told of the fields of a connection, told of where the request has them. */
function below(parent: string, { message, details }: InvalidRequest): InvalidRequest {
  const fields = (details['fields'] as InvalidField[]).map((field) => ({ ...field, path: `${parent}.${field.path}` }));
  return new InvalidRequest(`${parent}.${message}`, fields);
}
