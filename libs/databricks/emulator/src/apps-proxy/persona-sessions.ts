import type { PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';

/** What the forwarded token of a persona says, and whether it is still good; never the token itself. */
export interface SessionToken {
  readonly subject: string;
  readonly tokenId: string;
  readonly scopes: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly state: 'valid' | 'expired' | 'revoked';
}

interface Session {
  readonly openedAt: number;
  readonly token: Promise<string>;
  /** Somebody made this token bad on purpose and wants it forwarded all the same. */
  readonly spoilt?: 'expired' | 'revoked';
}

interface Claims {
  readonly sub: string;
  readonly jti: string;
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
}

const renewBefore = 5 * 60_000;

/**
 * One token per persona, as the platform has one per sign-in: a new one for each request would defeat every cache keyed by
 * it. It is renewed before it ends, unless somebody made it bad on purpose.
 */
export class PersonaSessions {
  private readonly sessions = new Map<PersonaName, Session>();

  constructor(
    private readonly workspace: Pick<LocalWorkspace, 'app' | 'issueUserToken' | 'verify' | 'revoke'>,
    private readonly now: () => number = Date.now,
  ) {}

  async tokenOf(name: PersonaName): Promise<string> {
    const session = this.sessions.get(name);
    if (session === undefined) return this.open(name).token;
    const token = await session.token;
    const { iat, exp } = claimsOf(token);
    // How long it lives, not when it ends: the workspace's clock may be another than this one.
    const lifetime = (exp - iat) * 1000;
    // Workspaces with short-lived tokens keep the same proportion, or every request would renew.
    const margin = Math.min(renewBefore, lifetime / 12);
    if (session.spoilt !== undefined || this.now() < session.openedAt + lifetime - margin) return token;
    return this.sessions.get(name) === session ? this.open(name).token : this.tokenOf(name);
  }

  /** As after signing in again: with the scopes users have consented to by now. */
  async renew(name: PersonaName): Promise<void> {
    await this.open(name).token;
  }

  /** The workspace refuses the token from now on, and it goes on being forwarded. */
  async revoke(name: PersonaName): Promise<void> {
    const token = await this.tokenOf(name);
    await this.workspace.revoke(token);
    const session = this.sessions.get(name);
    if (session !== undefined) this.sessions.set(name, { ...session, spoilt: 'revoked' });
  }

  /** A token whose time is over is forwarded from now on. */
  async expire(name: PersonaName): Promise<void> {
    await this.open(name, { lifetimeSeconds: 0 }).token;
  }

  async describe(name: PersonaName): Promise<SessionToken> {
    const token = await this.tokenOf(name);
    const { sub, jti, scope, iat, exp } = claimsOf(token);
    const valid = (await this.workspace.verify(token)) !== undefined;
    return {
      subject: sub,
      tokenId: jti,
      scopes: scope.split(' '),
      issuedAt: new Date(iat * 1000),
      expiresAt: new Date(exp * 1000),
      state: valid ? 'valid' : (this.sessions.get(name)?.spoilt ?? 'expired'),
    };
  }

  private open(name: PersonaName, expired?: { lifetimeSeconds: 0 }): Session {
    const { effectiveUserApiScopes } = this.workspace.app;
    const token = this.workspace.issueUserToken(name, effectiveUserApiScopes, expired).then((issued) => issued.token);
    const spoilt = expired === undefined ? {} : ({ spoilt: 'expired' } as const);
    const session: Session = { openedAt: this.now(), token, ...spoilt };
    this.sessions.set(name, session);
    token.catch(() => {
      if (this.sessions.get(name) === session) this.sessions.delete(name);
    });
    return session;
  }
}

function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}
