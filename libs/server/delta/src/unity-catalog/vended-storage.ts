import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { S3Storage, type Storage } from '@lakescope/delta';
import { S3Config } from '@lakescope/server-config';
import { publicLookup, UserCaller } from '@lakescope/server-http';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { TableKeyring, type TableAccess } from './table-keys';

const SOCKETS = 64;
const CONNECT_MS = 5_000;
const IDLE_MS = 30_000;

/**
 * The files of tables, opened with the keys that Unity Catalog gives for them. Clients lead to AWS, on addresses of the public internet
 * alone, or to the one endpoint that the environment names; nothing that the platform answers can name another host.
 */
@Injectable()
export class VendedStorage implements OnApplicationShutdown {
  private readonly toAws = new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS, lookup: publicLookup });
  private readonly toEndpoint = new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS });
  private readonly plain = new HttpAgent({ keepAlive: true, maxSockets: SOCKETS });

  constructor(
    private readonly keyring: TableKeyring,
    private readonly config: S3Config,
  ) {}

  /** Answers what kind of storage it is where it cannot be read here. Fails with the PlatformError of a caller who gets no keys. */
  async open(caller: UserCaller, tableId: string): Promise<Storage | Extract<TableAccess, { kind: 'elsewhere' }>> {
    const access = await this.keyring.open(caller, tableId);
    if (access.kind === 'elsewhere') return access;
    const { S3Client } = await import('@aws-sdk/client-s3');
    const client = new S3Client({ ...this.place(), credentials: this.credentials(caller, tableId) });
    const { bucket, prefix } = access;
    // Another endpoint may have a bucket of the same name.
    return new S3Storage({
      client,
      bucket,
      prefix,
      cacheScope: `catalog ${this.config.defaultEndpoint?.origin ?? 'AWS'}`,
    });
  }

  onApplicationShutdown(): void {
    for (const agent of [this.toAws, this.toEndpoint, this.plain]) agent.destroy();
  }

  /**
   * Asked for again by the client when they are about to expire, and by the storage when its keys are refused: those that were handed out
   * before are then no good any more.
   */
  private credentials(caller: UserCaller, tableId: string): NonNullable<S3ClientConfig['credentials']> {
    let handedOut: string | undefined;
    return async () => {
      const access = await this.keyring.open(caller, tableId, handedOut);
      if (access.kind === 'elsewhere') throw new Error('The table has moved to other storage');
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = access.keys;
      handedOut = accessKeyId;
      return {
        accessKeyId,
        secretAccessKey: secretAccessKey.reveal(),
        sessionToken: sessionToken.reveal(),
        expiration: expiresAt,
      };
    };
  }

  /** Nothing of the machine's own configuration of AWS is read. Calls are tried again by the storage, which knows what was read so far. */
  private place(): S3ClientConfig {
    const { defaultEndpoint: endpoint, defaultRegion: region } = this.config;
    return {
      region,
      // Keys do not say where the bucket lies; AWS does when it is asked in another region.
      followRegionRedirects: true,
      maxAttempts: 1,
      defaultsMode: 'standard',
      retryMode: 'standard',
      useFipsEndpoint: false,
      useDualstackEndpoint: false,
      useArnRegion: false,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      userAgentAppId: 'lakescope',
      requestHandler: {
        httpsAgent: endpoint === undefined ? this.toAws : this.toEndpoint,
        httpAgent: this.plain,
        connectionTimeout: CONNECT_MS,
        socketTimeout: IDLE_MS,
      },
      ...(endpoint === undefined ? {} : { endpoint: endpoint.origin, forcePathStyle: true }),
    };
  }
}
