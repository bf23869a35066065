import type { TokenResponse } from '@lakescope/databricks-wire';
import { isSameSecret } from '../http/constant-time';
import { TokenRefusal } from '../http/refusals';
import type { AuthorizationCodes } from './authorization-codes';
import type { Directory } from './directory';
import { singleValue } from './oauth-parameters';
import type { RefreshTokens } from './refresh-tokens';
import { ALWAYS_GRANTED_SCOPES, OFFERED_SCOPES, parseScopes } from './scopes';
import type { Tokens } from './tokens';

export interface TokenEndpointOptions {
  /** The secret of the app whose service principal has this client id. */
  secretOf(clientId: string): string | undefined;
  directory: Directory;
  tokens: Tokens;
  codes: AuthorizationCodes;
  refreshTokens: RefreshTokens;
  tokenLifetimeSeconds: number;
}

/** What a sign-in grants, first by its code and later by its refresh token. */
interface SignIn {
  readonly holder: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly family: string;
  readonly nonce: string | undefined;
}

/** `POST /oidc/v1/token`: grants tokens to the app by its secret and to people's clients by what they agreed to. */
export class TokenEndpoint {
  constructor(private readonly options: TokenEndpointOptions) {}

  /** Throws a `TokenRefusal` in the words of RFC 6749, 5.2. */
  async grant(form: URLSearchParams, authorization: string | undefined): Promise<TokenResponse> {
    const grantType = singleValue(form, 'grant_type');
    const client = clientOf(form, authorization);
    switch (grantType) {
      case undefined:
        throw new TokenRefusal(400, 'invalid_request', 'grant_type is missing');
      case 'client_credentials':
        return this.byClientSecret(form, client);
      case 'authorization_code':
        return this.byCode(form, client.id);
      case 'refresh_token':
        return this.byRefreshToken(form, client.id);
      default:
        throw new TokenRefusal(
          400,
          'unsupported_grant_type',
          'This workspace grants client_credentials, authorization_code and refresh_token',
        );
    }
  }

  private async byClientSecret(form: URLSearchParams, client: Client): Promise<TokenResponse> {
    const { directory, tokens, tokenLifetimeSeconds } = this.options;
    const principal = directory.find(client.id);
    const secret = this.options.secretOf(client.id);
    const known = secret !== undefined && isSameSecret(client.secret, secret);
    if (!known || principal?.active !== true) throw invalidClient();
    const asked = parseScopes(singleValue(form, 'scope') ?? '');
    if (asked.some((scope) => !OFFERED_SCOPES.includes(scope))) throw invalidScope();
    const scopes = asked.length === 0 ? ['all-apis'] : asked;
    const { token } = await tokens.issueAccessToken(principal, scopes, client.id, tokenLifetimeSeconds);
    return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds, scope: scopes.join(' ') };
  }

  private async byCode(form: URLSearchParams, clientId: string): Promise<TokenResponse> {
    const { codes, refreshTokens, tokens, tokenLifetimeSeconds } = this.options;
    const redemption = codes.redeem(required(form, 'code'), {
      clientId,
      redirectUri: required(form, 'redirect_uri'),
      verifier: required(form, 'code_verifier'),
    });
    if (redemption.outcome === 'replayed') {
      // Somebody else has the code too: what came of it ends (RFC 6749, 4.1.2).
      await Promise.all([
        tokens.endFamily(redemption.family, tokenLifetimeSeconds),
        refreshTokens.end(redemption.family),
      ]);
    }
    if (redemption.outcome !== 'granted') throw invalidGrant('The authorization code is not valid');
    const { authorization, family } = redemption;
    return this.answer({ ...authorization, family });
  }

  private async byRefreshToken(form: URLSearchParams, clientId: string): Promise<TokenResponse> {
    const { refreshTokens, tokens, tokenLifetimeSeconds } = this.options;
    const asked = parseScopes(singleValue(form, 'scope') ?? '');
    const redemption = await refreshTokens.redeem(required(form, 'refresh_token'), clientId, asked);
    if (redemption.outcome === 'too_much') throw invalidScope();
    if (redemption.outcome === 'replayed') await tokens.endFamily(redemption.grant.family, tokenLifetimeSeconds);
    if (redemption.outcome !== 'granted') throw invalidGrant('The refresh token is not valid');
    const { grant } = redemption;
    return this.answer({ ...grant, nonce: undefined }, asked.length === 0 ? grant.scopes : asked);
  }

  /** `scopes` may be fewer than were agreed to; the next refresh token stands for all of them again. */
  private async answer(signIn: SignIn, scopes: readonly string[] = signIn.scopes): Promise<TokenResponse> {
    const { directory, tokens, refreshTokens, tokenLifetimeSeconds } = this.options;
    const { holder, clientId, family, nonce } = signIn;
    const person = directory.find(holder);
    if (person?.active !== true) throw invalidGrant('The user may not sign in any longer');
    const granted = [...new Set([...scopes, ...ALWAYS_GRANTED_SCOPES])];
    const { token } = await tokens.issueAccessToken(person, granted, clientId, tokenLifetimeSeconds, family);
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: tokenLifetimeSeconds,
      scope: scopes.join(' '),
      ...(signIn.scopes.includes('offline_access')
        ? { refresh_token: await refreshTokens.issue({ holder, clientId, scopes: [...signIn.scopes] }, family) }
        : {}),
      ...(scopes.includes('openid')
        ? { id_token: await tokens.issueIdToken(person, clientId, nonce, tokenLifetimeSeconds) }
        : {}),
    };
  }
}

interface Client {
  readonly id: string;
  readonly secret: string;
}

function clientOf(form: URLSearchParams, authorization: string | undefined): Client {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) {
    return { id: singleValue(form, 'client_id') ?? '', secret: singleValue(form, 'client_secret') ?? '' };
  }
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { id: text.slice(0, Math.max(colon, 0)), secret: text.slice(colon + 1) };
}

function required(form: URLSearchParams, name: string): string {
  const value = singleValue(form, name);
  if (value === undefined) throw new TokenRefusal(400, 'invalid_request', `${name} is missing`);
  return value;
}

function invalidClient(): TokenRefusal {
  return new TokenRefusal(401, 'invalid_client', 'Client authentication failed');
}

function invalidScope(): TokenRefusal {
  return new TokenRefusal(400, 'invalid_scope', 'A requested scope is unknown or was not granted');
}

function invalidGrant(description: string): TokenRefusal {
  return new TokenRefusal(400, 'invalid_grant', description);
}
