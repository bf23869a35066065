import { createHash, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { errorCode } from '../state/error-code';
import type { JsonDocument } from '../state/json-document';
import type { WorkspaceDocument } from '../state/workspace-document';
import type { Directory, Principal } from './directory';
import { PERSONA_NAMES, PERSONAS } from './personas';
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

/** Issues, checks and revokes the tokens of the workspace. */
export class Tokens {
  constructor(
    private readonly document: JsonDocument<WorkspaceDocument>,
    private readonly key: SigningKey,
    private readonly directory: Directory,
    /** Known once the port is. */
    private readonly issuer: () => string,
  ) {}

  issueAccessToken(
    principal: Principal,
    scopes: readonly string[],
    clientId: string,
    lifetimeSeconds: number,
  ): Promise<SignedToken> {
    const claims = { client_id: clientId, scope: scopes.join(' ') };
    return this.sign(principal, claims, this.document.read().workspaceId, lifetimeSeconds);
  }

  issueDatabaseCredential(
    principal: Principal,
    instances: readonly string[],
    lifetimeSeconds: number,
  ): Promise<SignedToken> {
    return this.sign(principal, { scope: 'database', instances }, DATABASE_AUDIENCE, lifetimeSeconds);
  }

  async check(token: string): Promise<TokenVerdict> {
    const verdict = token.startsWith('dapi') ? this.checkPersonalAccessToken(token) : await this.checkSignature(token);
    if (verdict.outcome !== 'valid') return verdict;
    const { tokenId } = verdict.claims;
    const revoked = this.document.read().revokedTokens.some((entry) => entry.id === tokenId);
    return revoked ? { outcome: 'revoked' } : verdict;
  }

  async revoke(token: string): Promise<void> {
    const verdict = await this.check(token);
    if (verdict.outcome !== 'valid') return;
    const { tokenId: id, expiresAt } = verdict.claims;
    const now = Date.now();
    const workspace = this.document.read();
    const stillNeeded = workspace.revokedTokens.filter((entry) => (entry.expiresAt ?? Infinity) > now);
    await this.document.write({
      ...workspace,
      revokedTokens: [...stillNeeded, expiresAt === undefined ? { id } : { id, expiresAt: expiresAt.getTime() }],
    });
  }

  private async sign(
    principal: Principal,
    claims: Record<string, unknown>,
    audience: string,
    lifetimeSeconds: number,
  ): Promise<SignedToken> {
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiresAt = issuedAt + lifetimeSeconds;
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
    const { personalAccessTokens } = this.document.read();
    const persona = PERSONA_NAMES.find((name) => personalAccessTokens[name] === token);
    if (persona === undefined) return { outcome: 'invalid' };
    return {
      outcome: 'valid',
      claims: {
        subject: PERSONAS[persona].userName,
        principal: 'user',
        kind: 'pat',
        scopes: ['all-apis'],
        expiresAt: undefined,
        tokenId: createHash('sha256').update(token).digest('hex'),
      },
    };
  }

  private async checkSignature(token: string): Promise<TokenVerdict> {
    try {
      // The issuer is not compared: it holds the port, and a workspace started on another one keeps its tokens. The key
      // belongs to this state folder alone.
      const { payload } = await jwtVerify(token, this.key.publicKey, {
        algorithms: ['RS256'],
        audience: [this.document.read().workspaceId, DATABASE_AUDIENCE],
        requiredClaims: ['sub', 'exp', 'jti'],
      });
      const principal = this.directory.find(payload.sub ?? '');
      if (principal === undefined || payload.jti === undefined || payload.exp === undefined) {
        return { outcome: 'invalid' };
      }
      const scope = payload['scope'];
      return {
        outcome: 'valid',
        claims: {
          subject: principal.name,
          principal: principal.kind,
          kind: payload.aud === DATABASE_AUDIENCE ? 'database' : 'oauth',
          scopes: typeof scope === 'string' ? parseScopes(scope) : [],
          expiresAt: new Date(payload.exp * 1000),
          tokenId: payload.jti,
        },
      };
    } catch (error) {
      return { outcome: errorCode(error) === 'ERR_JWT_EXPIRED' ? 'expired' : 'invalid' };
    }
  }
}
