import { S3Config, type S3Keys } from '@lakescope/server-config';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { S3ConnectionDto } from './connection.dto';
import type { S3Target } from '../s3-clients';

export const DEFAULT_CONNECTION = 'default';

/** The connection that the AWS_* variables make, for those whom LAKESCOPE_S3_DEFAULT_USERS names. */
@Injectable()
export class DefaultConnection {
  constructor(private readonly config: S3Config) {}

  /** Undefined: there is none, or it is not for this person. */
  for(caller: UserCaller): (S3Target & { keys: S3Keys }) | undefined {
    return this.namesOf(caller).length === 0 ? undefined : this.target;
  }

  /** Under which of the names that are listed this person is let in. */
  namesOf({ userId, groups }: Pick<UserCaller, 'userId' | 'groups'>): readonly string[] {
    const names = new Set(['*', userId, ...groups]);
    return this.config.defaultUsers.filter((name) => names.has(name));
  }

  /** For what somebody who may use it has asked for before; undefined: there is none. */
  get target(): (S3Target & { keys: S3Keys }) | undefined {
    const { defaultKeys, defaultEndpoint, defaultRegion } = this.config;
    if (defaultKeys === undefined) return undefined;
    return {
      endpoint: defaultEndpoint?.origin ?? null,
      region: defaultRegion,
      pathStyle: defaultEndpoint !== undefined,
      keys: defaultKeys,
      role: undefined,
    };
  }

  describe({ endpoint, region, pathStyle, keys }: S3Target & { keys: S3Keys }): S3ConnectionDto {
    const dto = new S3ConnectionDto();
    dto.id = DEFAULT_CONNECTION;
    dto.name = DEFAULT_CONNECTION;
    dto.kind = 'environment';
    dto.endpoint = endpoint;
    dto.region = region;
    dto.path_style = pathStyle;
    dto.bucket = null;
    dto.prefix = null;
    dto.access_key_hint = null;
    dto.temporary_keys = keys.sessionToken !== undefined;
    dto.role_arn = null;
    dto.external_id = null;
    dto.keys_readable = true;
    dto.read_only = true;
    dto.created_at = null;
    dto.updated_at = null;
    dto.version = 1;
    return dto;
  }
}
