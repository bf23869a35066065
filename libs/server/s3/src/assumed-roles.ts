import type { STSClientConfig } from '@aws-sdk/client-sts';
import { Injectable } from '@nestjs/common';
import { RoleRefused } from './s3-problem';

/** A role that keys may be exchanged for. */
export interface S3Role {
  readonly arn: string;
  readonly externalId: string | undefined;
}

/** As clients of AWS take them. */
export interface AssumedKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Roles by the Security Token Service (STS API reference, "AssumeRole"). */
@Injectable()
export class AssumedRoles {
  /** A provider of the role's keys, which is asked again before they end. What it throws is what the service answered. */
  of({ arn, externalId }: S3Role, config: STSClientConfig): () => Promise<AssumedKeys> {
    return async () => {
      const { STS } = await import('@aws-sdk/client-sts');
      const asked = new STS(config).assumeRole({
        RoleArn: arn,
        RoleSessionName: 'lakescope',
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      });
      const { Credentials: keys } = await asked.catch((error: unknown) => {
        throw error instanceof Error ? new RoleRefused(error) : error;
      });
      if (keys?.AccessKeyId === undefined || keys.SecretAccessKey === undefined) {
        throw new Error('The role came without keys');
      }
      return {
        accessKeyId: keys.AccessKeyId,
        secretAccessKey: keys.SecretAccessKey,
        ...(keys.SessionToken === undefined ? {} : { sessionToken: keys.SessionToken }),
        ...(keys.Expiration === undefined ? {} : { expiration: keys.Expiration }),
      };
    };
  }
}
