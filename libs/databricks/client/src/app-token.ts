import type { AuthorizationServerDocument, TokenResponse } from '@lakescope/databricks-wire';
import { defaults } from './defaults';
import { PlatformError } from './platform-error';
import { Secret } from './secret';
import type { Credential, Transport } from './transport';

export interface AppCredentials {
  clientId: string;
  clientSecret: Secret;
}

interface HeldToken {
  token: Secret;
  /** On the monotonic clock: `expires_in` counts from now, whatever time it is here or there. */
  renewAt: number;
}

const DISCOVERY_PATH = '/oidc/.well-known/oauth-authorization-server';
const USUAL_TOKEN_PATH = '/oidc/v1/token';

/** The app's own OAuth token (client credentials): asked once for all who wait, kept until shortly before it expires. */
export class AppToken implements Credential {
  readonly actingAs = 'app';
  private held: HeldToken | undefined;
  private asking: Promise<HeldToken> | undefined;
  private tokenPath: string | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly origin: URL,
    private readonly credentials: AppCredentials | undefined,
  ) {}

  async authorization(): Promise<Secret> {
    if (this.held !== undefined && performance.now() < this.held.renewAt) return this.held.token;
    // Nobody's signal ends the shared call: those who wait may have come from different requests.
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    this.held = await this.asking;
    return this.held.token;
  }

  /** The platform refused this token before its time (revoked, key rotated): the next call asks for another. */
  refused(token: Secret): void {
    if (this.held?.token === token) this.held = undefined;
  }

  private async ask(): Promise<HeldToken> {
    const { credentials } = this;
    if (credentials === undefined) {
      throw new PlatformError('unauthenticated', 'The app has no client id and secret', { actingAs: 'app' });
    }
    const path = (this.tokenPath ??= await this.discoverTokenPath());
    const pair = `${credentials.clientId}:${credentials.clientSecret.reveal()}`;
    const answer = await this.transport.json<Partial<TokenResponse>>(undefined, {
      method: 'POST',
      actingAs: 'app',
      path,
      idempotent: true,
      headers: {
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=all-apis',
    });
    const lifetimeMs = Number(answer.expires_in ?? 3600) * 1000;
    if (answer.access_token === undefined || Number.isNaN(lifetimeMs)) {
      throw new PlatformError('upstream', 'The token endpoint answered without a token', { actingAs: 'app' });
    }
    // Short-lived tokens (tests, odd hosts) are renewed at half their life instead of at once.
    const early = Math.min(defaults.appTokenRefreshBeforeMs, lifetimeMs / 2);
    return { token: new Secret(answer.access_token), renewAt: performance.now() + lifetimeMs - early };
  }

  private async discoverTokenPath(): Promise<string> {
    try {
      const found = await this.transport.json<Partial<AuthorizationServerDocument>>(undefined, {
        method: 'GET',
        actingAs: 'app',
        path: DISCOVERY_PATH,
      });
      const endpoint = new URL(found.token_endpoint ?? USUAL_TOKEN_PATH, this.origin);
      // The secret goes to the workspace that was configured and to nobody that a document names.
      return endpoint.origin === this.origin.origin ? endpoint.pathname + endpoint.search : USUAL_TOKEN_PATH;
    } catch (error) {
      if (error instanceof PlatformError && (error.kind === 'not_found' || error.kind === 'endpoint_not_found')) {
        return USUAL_TOKEN_PATH;
      }
      throw error;
    }
  }
}
