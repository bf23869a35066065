import { randomUUID } from 'node:crypto';
import { DatabricksClients, PlatformError, type DatabaseCredential, type Secret } from '@lakescope/databricks-client';
import { LakebaseConfig } from '@lakescope/server-config';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { claimsOf, lifetimeOf, Moment } from './credential-lifetime';
import { defaults } from './defaults';
import { CredentialIsFixed, LakebaseNotConfigured } from './persistence.errors';
import { PoolHistory } from './pool-history';

/** Where passwords come from: the two kinds of Lakebase, or the environment (a plain Postgres). */
export type CredentialKind = 'provisioned' | 'autoscaling' | 'password';

interface Credential {
  token: Secret;
  refreshedAt: Date;
  end: Moment;
  /** From here on a new one is fetched, in the background. */
  renewal: Moment;
}

const RETRY = {
  delaysMs: defaults.credentialRetryMs,
  budgetMs: defaults.credentialBudgetMs,
  waitWhenRateLimited: true,
  // A credential too many does no harm.
  repeatServerErrors: true,
};

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
  private minted = 0;
  /** Until then a refused login does not lead to another credential: the one before was minted for that reason and did not help. */
  private refusalPause: Moment | undefined;

  constructor(
    private readonly config: LakebaseConfig,
    private readonly databricks: DatabricksClients,
    private readonly history: PoolHistory,
  ) {}

  /** Undefined when there is no database, or nothing says where its password comes from. */
  get kind(): CredentialKind | undefined {
    if (!this.config.configured) return undefined;
    if (this.config.password !== undefined) return 'password';
    if (this.config.endpoint !== undefined) return 'autoscaling';
    return this.config.instanceName === undefined ? undefined : 'provisioned';
  }

  /** By our own clock, however far the platform's is from it. */
  get expiresAt(): Date | undefined {
    return this.current?.end.date;
  }

  get refreshedAt(): Date | undefined {
    return this.current?.refreshedAt;
  }

  get nextRefreshAt(): Date | undefined {
    return this.current?.renewal.date;
  }

  /** Counts the credentials: tells whether a login was refused with the present one or with one before it. */
  get generation(): number {
    return this.minted;
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

  /**
   * Gets a new credential, because the server refused a login that began when `generation` was the present one. Logins that
   * are refused together share one. False when there is nothing new to try with.
   */
  async renewAfterRefusal(generation: number): Promise<boolean> {
    if (this.config.password !== undefined) return false;
    if (this.minted > generation) return true;
    if (this.refusalPause?.hasCome === false) return false;
    await this.mint();
    this.refusalPause = Moment.in(defaults.credentialRefusalPauseMs);
    return true;
  }

  /** Mints a new credential now, for every session that opens from here on; sessions that are open go on with theirs. */
  async rotate(): Promise<void> {
    if (!this.config.configured) throw new LakebaseNotConfigured('Rotating the database credential');
    if (this.config.password !== undefined) throw new CredentialIsFixed();
    await this.mint();
  }

  onApplicationShutdown(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
  }

  private async valid(): Promise<Credential> {
    const { current } = this;
    if (current === undefined || current.end.hasCome) return this.mint();
    // Timers may come late (a laptop that slept): whoever needs a password also sees to the renewal.
    if (current.renewal.hasCome) this.renew(current);
    return current;
  }

  private renew(current: Credential): void {
    if (this.minting !== undefined) return;
    this.mint().catch((error: unknown) => {
      if (this.stopped.signal.aborted) return;
      this.logger.warn(
        `The database credential could not be renewed (${reasonOf(error)}); the old one is used until ${current.end.date.toISOString()}`,
      );
      const left = current.end.date.getTime() - Date.now();
      this.scheduleRenewal(current, Math.min(left / 3, defaults.credentialRenewalPauseMs));
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
    const askedAt = Date.now();
    if (endpoint !== undefined) {
      return this.accept(await database.generateEndpointCredential({ endpoint }, options), askedAt);
    }
    if (instanceName !== undefined) {
      const request = { instanceNames: [instanceName], requestId: randomUUID() };
      return this.accept(await database.generateCredential(request, options), askedAt);
    }
    throw new PlatformError('bad_request', 'Neither LAKEBASE_INSTANCE_NAME nor LAKEBASE_ENDPOINT is set.');
  }

  private accept(issued: DatabaseCredential, askedAt: number): Credential {
    const now = Date.now();
    // Retries before the one that answered count against the life: too short is safe, too long is not.
    const lifetime = Math.max(lifetimeOf(issued, askedAt) - (now - askedAt), 0);
    const end = Moment.in(lifetime);
    const lead = Math.min(lifetime / 3, defaults.credentialLeadMs);
    const credential = { token: issued.token, refreshedAt: new Date(now), end, renewal: end };
    this.current = credential;
    this.minted += 1;
    this.history.count('credentialRefreshes');
    this.logger.log(
      `Database credential requested (${this.config.instanceName ?? this.config.endpoint}, expires ${end.date.toISOString()})`,
    );
    this.scheduleRenewal(credential, lifetime - lead * (1 - defaults.credentialJitter * Math.random()));
    return credential;
  }

  private scheduleRenewal(credential: Credential, milliseconds: number): void {
    clearTimeout(this.timer);
    // Not past the end: from then on every new session asks for itself.
    if (milliseconds <= 0 || this.stopped.signal.aborted) return;
    credential.renewal = Moment.in(milliseconds);
    this.timer = setTimeout(() => this.renew(credential), milliseconds);
    this.timer.unref();
  }
}

function subjectOf(token: Secret): string {
  const claims = claimsOf(token);
  if (claims === undefined) throw new PlatformError('upstream', 'The database credential is no JWT, so set PGUSER.');
  if (claims.subject === undefined) {
    throw new PlatformError('upstream', 'The database credential names no subject, so set PGUSER.');
  }
  return claims.subject;
}

function reasonOf(error: unknown): string {
  return error instanceof PlatformError ? error.kind : error instanceof Error ? error.name : 'unknown';
}
