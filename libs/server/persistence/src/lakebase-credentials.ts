import { randomUUID } from 'node:crypto';
import { DatabricksClients, PlatformError, type Secret } from '@lakescope/databricks-client';
import { LakebaseConfig } from '@lakescope/server-config';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { defaults } from './defaults';

interface Credential {
  token: Secret;
  expiresAt: Date;
  refreshedAt: Date;
  /** From here on a new one is fetched, in the background. */
  renewAt: Date;
}

const RETRY = { delaysMs: defaults.credentialRetryMs, budgetMs: 15_000, waitWhenRateLimited: true };

/**
 * The password of every new database session: a token the workspace mints for the app. One request is under way at most; a
 * new token is fetched well before the old one ends, and while that fails the old one serves until its true end.
 */
@Injectable()
export class LakebaseCredentials implements OnApplicationShutdown {
  private readonly logger = new Logger('Lakebase');
  private readonly stopped = new AbortController();
  private current: Credential | undefined;
  private minting: Promise<Credential> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: LakebaseConfig,
    private readonly databricks: DatabricksClients,
  ) {}

  get expiresAt(): Date | undefined {
    return this.current?.expiresAt;
  }

  get refreshedAt(): Date | undefined {
    return this.current?.refreshedAt;
  }

  /** What a new session logs in with. */
  async password(): Promise<string> {
    if (this.config.password !== undefined) return this.config.password.reveal();
    return (await this.valid()).token.reveal();
  }

  /** The database role: the configured one, or whom the credential speaks of. */
  async user(): Promise<string> {
    if (this.config.user !== undefined) return this.config.user;
    if (this.config.password !== undefined) throw new Error('PGUSER must be set when PGPASSWORD is.');
    return subjectOf((await this.valid()).token);
  }

  /** Gets a new credential because the server refused a login that began at `since`; one that was issued later is kept. */
  async refresh(since: Date): Promise<void> {
    const isNewer = this.current !== undefined && this.current.refreshedAt > since;
    if (this.config.password === undefined && !isNewer) await this.mint();
  }

  onApplicationShutdown(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
  }

  private async valid(): Promise<Credential> {
    const now = Date.now();
    const current = this.current;
    if (current === undefined || current.expiresAt.getTime() <= now) return this.mint();
    // Timers may come late (a laptop that slept): whoever needs a password also sees to the renewal.
    if (current.renewAt.getTime() <= now) this.renew();
    return current;
  }

  private renew(): void {
    this.mint().catch((error: unknown) => {
      const { expiresAt } = this.current ?? {};
      this.logger.warn(
        `The database credential could not be renewed (${reasonOf(error)}); the old one is used until ${expiresAt?.toISOString()}`,
      );
      // Not past the end: from then on every new session asks for itself.
      if (expiresAt !== undefined && expiresAt.getTime() > Date.now()) this.schedule(30_000);
    });
  }

  private mint(): Promise<Credential> {
    this.minting ??= this.request().finally(() => (this.minting = undefined));
    return this.minting;
  }

  private async request(): Promise<Credential> {
    const { database } = this.databricks.asApp();
    const { instanceName, endpoint } = this.config;
    const options = { signal: this.stopped.signal, retry: RETRY };
    if (endpoint !== undefined) return this.accept(await database.generateEndpointCredential({ endpoint }, options));
    if (instanceName !== undefined) {
      const request = { instanceNames: [instanceName], requestId: randomUUID() };
      return this.accept(await database.generateCredential(request, options));
    }
    throw new PlatformError('bad_request', 'Neither LAKEBASE_INSTANCE_NAME nor LAKEBASE_ENDPOINT is set.');
  }

  private accept({ token, expiresAt }: { token: Secret; expiresAt: Date }): Credential {
    const now = Date.now();
    const lead = Math.min((expiresAt.getTime() - now) / 3, defaults.credentialLeadMs);
    const renewAt = expiresAt.getTime() - lead * (1 - defaults.credentialJitter * Math.random());
    this.current = { token, expiresAt, refreshedAt: new Date(now), renewAt: new Date(renewAt) };
    this.logger.log(
      `Database credential requested (${this.config.instanceName ?? this.config.endpoint}, expires ${expiresAt.toISOString()})`,
    );
    this.schedule(renewAt - now);
    return this.current;
  }

  private schedule(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.renew(), Math.max(milliseconds, 0));
    this.timer.unref();
  }
}

/** The `sub` of a JWT, read without checking: the server checks the token, this only says whom it is for. */
function subjectOf(token: Secret): string {
  const [, payload = ''] = token.reveal().split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string')
      return claims.sub;
  } catch (error) {
    throw new PlatformError('upstream', 'The database credential is no JWT, so set PGUSER.', { cause: error });
  }
  throw new PlatformError('upstream', 'The database credential names no subject, so set PGUSER.');
}

function reasonOf(error: unknown): string {
  return error instanceof PlatformError ? error.kind : error instanceof Error ? error.name : 'unknown';
}
