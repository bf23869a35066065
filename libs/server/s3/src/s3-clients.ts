import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { S3, S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Keys } from '@lakescope/server-config';
import { publicLookup } from '@lakescope/server-http';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AssumedRoles, type S3Role } from './assumed-roles';
import { S3Endpoints, type S3Endpoint } from './s3-endpoints';
import { limits } from './s3-limits';

/** Where a client leads, and what it signs with. */
export interface S3Target {
  /** Null: AWS, in the region. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly keys: S3Keys;
  /** What the keys are exchanged for. */
  readonly role: S3Role | undefined;
}

export interface S3ClientOptions {
  /** Times that a request is sent at most. */
  readonly attempts?: number;
}

interface KeptClient {
  readonly client: S3;
  readonly until: number;
}

type Credentials = Exclude<S3ClientConfig['credentials'], undefined>;

/**
 * Clients of S3 that connect to nothing but what connections may name: to the public internet, unless the environment lists the endpoint.
 * Sockets belong to all clients together. Nothing of the machine's own configuration of AWS is read.
 */
@Injectable()
export class S3Clients implements OnApplicationShutdown {
  private readonly kept = new Map<string, KeptClient>();
  private readonly agents = [
    new HttpsAgent({ keepAlive: true, maxSockets: limits.sockets, lookup: publicLookup }),
    new HttpsAgent({ keepAlive: true, maxSockets: limits.sockets }),
    new HttpAgent({ keepAlive: true, maxSockets: limits.sockets }),
  ] as const;

  constructor(
    private readonly endpoints: S3Endpoints,
    private readonly roles: AssumedRoles,
  ) {}

  /** The client of a version of a connection. Kept, because it knows the storage's clock and the role's keys. Throws `InvalidRequest`. */
  async of(id: string, version: number, target: S3Target, options: S3ClientOptions = {}): Promise<S3> {
    const key = JSON.stringify([id, version, options.attempts ?? null]);
    const known = this.kept.get(key);
    if (known !== undefined && known.until > performance.now()) return known.client;
    const client = await this.make(target, options);
    this.kept.delete(key);
    this.kept.set(key, { client, until: performance.now() + limits.clientMs });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= limits.keptClients) break;
      this.kept.delete(oldest);
    }
    return client;
  }

  /** A client that is kept nowhere, for keys that are known for one request only. Throws `InvalidRequest`. */
  async make(target: S3Target, { attempts = limits.attempts }: S3ClientOptions = {}): Promise<S3> {
    const { endpoint: name, region, pathStyle, keys, role } = target;
    const endpoint = name === null ? this.endpoints.ofRegion(region) : this.endpoints.parse(name, pathStyle);
    const transport = this.transportOf(endpoint, region, attempts);
    const own: Credentials = {
      accessKeyId: keys.accessKeyId.reveal(),
      secretAccessKey: keys.secretAccessKey.reveal(),
      ...(keys.sessionToken === undefined ? {} : { sessionToken: keys.sessionToken.reveal() }),
    };
    const credentials =
      role === undefined
        ? own
        : this.roles.of(role, { ...transport, ...this.ofRoles(endpoint, region), credentials: own });
    // Loaded with the first connection: a server that nobody uses for S3 does not pay for it.
    const { S3: Client } = await import('@aws-sdk/client-s3');
    return new Client({
      ...transport,
      endpoint: endpoint.url.origin,
      forcePathStyle: pathStyle,
      credentials,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      useArnRegion: false,
      disableMultiregionAccessPoints: true,
      disableS3ExpressSessionAuth: true,
      useAccelerateEndpoint: false,
    });
  }

  /** What was made with its earlier keys goes. */
  forget(id: string): void {
    for (const key of this.kept.keys()) if ((JSON.parse(key) as unknown[])[0] === id) this.kept.delete(key);
  }

  onApplicationShutdown(): void {
    this.kept.clear();
    for (const agent of this.agents) agent.destroy();
  }

  private transportOf({ isListed }: S3Endpoint, region: string, attempts: number) {
    const [toPublic, toListed, plain] = this.agents;
    return {
      region,
      maxAttempts: attempts,
      retryMode: 'standard',
      defaultsMode: 'standard',
      useFipsEndpoint: false,
      useDualstackEndpoint: false,
      userAgentAppId: 'lakescope',
      requestHandler: {
        httpsAgent: isListed ? toListed : toPublic,
        // Only listed endpoints are spoken to in plain.
        httpAgent: plain,
        connectionTimeout: limits.connectMs,
        socketTimeout: limits.idleMs,
      },
    } satisfies S3ClientConfig;
  }

  /** Storage that is not AWS gives roles at its own endpoint. */
  private ofRoles(endpoint: S3Endpoint, region: string): { endpoint: string } {
    if (endpoint.isListed) return { endpoint: endpoint.url.origin };
    return { endpoint: `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}` };
  }
}
