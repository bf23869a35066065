import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { errorCode } from '../state/error-code';
import type { JsonDocument } from '../state/json-document';
import type { WorkspaceDocument } from '../state/workspace-document';
import type { Directory, Principal } from './directory';
import type { PersonalAccessTokens } from './personal-access-tokens';
import { parseScopes } from './scopes';
import type { SigningKey } from './signing-key';
import type { TokenClaims } from './token-claims';

export interface SignedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

export type TokenVerdict =
  { readonly outcome: 'valid'; readonly claims: TokenClaims } | { readonly outcome: 'expired' | 'revoked' | 'invalid' };

/** A database password must not open the REST API, so it is made out to somebody else. */
const DATABASE_AUDIENCE = 'lakebase';

/**
 * Only the port may differ from one start to the next. A token with another issuer was not made here, whoever signed it.
 */
const OWN_ISSUER = /^http:\/\/127\.0\.0\.1:\d{1,5}\/oidc$/;

/** Issues, checks and revokes the tokens of the workspace. */
export class Tokens {
  private clockSkewMs = 0;

  constructor(
    private readonly document: JsonDocument<WorkspaceDocument>,
    private readonly key: SigningKey,
    private readonly directory: Directory,
    private readonly personal: PersonalAccessTokens,
    /** Known once the port is. */
    private readonly issuer: () => string,
  ) {}

  /** `family` names the sign-in it comes from, if any: all of its tokens end together. */
  issueAccessToken(
    principal: Principal,
    scopes: readonly string[],
    clientId: string,
    lifetimeSeconds: number,
    family?: string,
  ): Promise<SignedToken> {
    const claims = { client_id: clientId, scope: scopes.join(' '), ...(family === undefined ? {} : { sid: family }) };
    return this.sign(principal, claims, this.document.read().workspaceId, lifetimeSeconds);
  }

  /** Says to a client who signed in (OpenID Connect Core, 2). It opens nothing. */
  async issueIdToken(
    principal: Principal,
    clientId: string,
    nonce: string | undefined,
    lifetimeSeconds: number,
  ): Promise<string> {
    const { displayName: name, name: email } = principal;
    const claims = { name, email, ...(nonce === undefined ? {} : { nonce }) };
    return (await this.sign(principal, claims, clientId, lifetimeSeconds)).token;
  }

  issueDatabaseCredential(
    principal: Principal,
    databases: readonly string[],
    lifetimeSeconds: number,
    restrictions?: readonly object[],
  ): Promise<SignedToken> {
    const claims = { scope: 'database', databases, ...(restrictions === undefined ? {} : { claims: restrictions }) };
    return this.sign(principal, claims, DATABASE_AUDIENCE, lifetimeSeconds);
  }

  /** How far the workspace's clock is ahead of the machine's. */
  setClockSkew(seconds: number): void {
    this.clockSkewMs = seconds * 1000;
  }

  async check(token: string): Promise<TokenVerdict> {
    const verdict = token.startsWith('dapi') ? this.checkPersonalAccessToken(token) : await this.checkSignature(token);
    if (verdict.outcome !== 'valid') return verdict;
    return this.isRevoked(verdict.claims.tokenId) ? { outcome: 'revoked' } : verdict;
  }

  async revoke(token: string): Promise<void> {
    const verdict = await this.check(token);
    if (verdict.outcome !== 'valid') return;
    const { tokenId: id, expiresAt } = verdict.claims;
    await this.refuse(expiresAt === undefined ? { id } : { id, expiresAt: expiresAt.getTime() });
  }

  /** Ends the access tokens of a sign-in. `lifetimeSeconds` is how long the youngest may still live. */
  async endFamily(family: string, lifetimeSeconds: number): Promise<void> {
    await this.refuse({ id: family, expiresAt: this.now() + lifetimeSeconds * 1000 });
  }

  private async refuse(entry: WorkspaceDocument['revokedTokens'][number]): Promise<void> {
    const now = this.now();
    const workspace = this.document.read();
    const stillNeeded = workspace.revokedTokens.filter((each) => (each.expiresAt ?? Infinity) > now);
    await this.document.write({ ...workspace, revokedTokens: [...stillNeeded, entry] });
  }

  private async sign(
    principal: Principal,
    claims: Record<string, unknown>,
    audience: string,
    lifetimeSeconds: number,
  ): Promise<SignedToken> {
    const now = Math.floor(this.now() / 1000);
    const expiresAt = now + lifetimeSeconds;
    // A token that is to be expired already was issued before.
    const issuedAt = Math.min(now, expiresAt - 1);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: this.key.id, typ: 'JWT' })
      .setIssuer(this.issuer())
      .setSubject(principal.name)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .setJti(randomUUID())
      .sign(this.key.privateKey);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  private checkPersonalAccessToken(token: string): TokenVerdict {
    const held = this.personal.find(token);
    const holder = held === undefined ? undefined : this.directory.find(held.holder);
    if (held === undefined || holder?.active !== true) return { outcome: 'invalid' };
    const { id: tokenId, scopes, expiresAt } = held;
    // The platform does not say of these that they expired.
    if (expiresAt !== undefined && expiresAt.getTime() <= this.now()) return { outcome: 'invalid' };
    const claims: TokenClaims = {
      subject: holder.name,
      principal: holder.kind,
      kind: 'pat',
      scopes,
      expiresAt,
      tokenId,
    };
    return { outcome: 'valid', claims };
  }

  private async checkSignature(token: string): Promise<TokenVerdict> {
    try {
      // One key, whatever `kid`, `jku`, `jwk` or `x5u` of the header ask for.
      const { payload, protectedHeader } = await jwtVerify(token, this.key.publicKey, {
        algorithms: ['RS256'],
        audience: [this.document.read().workspaceId, DATABASE_AUDIENCE],
        requiredClaims: ['iss', 'sub', 'exp', 'jti'],
        currentDate: new Date(this.now()),
      });
      if (protectedHeader.kid !== this.key.id || !OWN_ISSUER.test(payload.iss ?? '')) return { outcome: 'invalid' };
      const principal = this.directory.find(payload.sub ?? '');
      if (principal?.active !== true || payload.jti === undefined || payload.exp === undefined) {
        return { outcome: 'invalid' };
      }
      const scope = payload['scope'];
      const family = payload['sid'];
      if (typeof family === 'string' && this.isRevoked(family)) return { outcome: 'revoked' };
      return {
        outcome: 'valid',
        claims: {
          subject: principal.name,
          principal: principal.kind,
          kind: payload.aud === DATABASE_AUDIENCE ? 'database' : 'oauth',
          scopes: typeof scope === 'string' ? parseScopes(scope) : [],
          expiresAt: new Date(payload.exp * 1000),
          tokenId: payload.jti,
          databases: namesIn(payload['databases']),
        },
      };
    } catch (error) {
      return { outcome: errorCode(error) === 'ERR_JWT_EXPIRED' ? 'expired' : 'invalid' };
    }
  }

  private isRevoked(id: string): boolean {
    return this.document.read().revokedTokens.some((entry) => entry.id === id);
  }

  /** The workspace's time. */
  now(): number {
    return Date.now() + this.clockSkewMs;
  }
}

function namesIn(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((name) => typeof name === 'string') : [];
}
