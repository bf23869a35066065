import type { IncomingMessage } from 'node:http';
import { PERSONA_NAMES, type PersonaName } from '../identity/personas';
import type { IssuedToken, LocalWorkspace } from '../workspace/local-workspace';

/** Who the proxy says is calling; the token is a credential and goes into one header only. */
export interface ForwardedIdentity {
  readonly user: string;
  readonly email: string;
  readonly preferredUsername: string;
  readonly accessToken: string;
}

/** The proxy does not let this request through, and says why as the platform's does. */
export class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type SignedInWorkspace = Pick<LocalWorkspace, 'personas' | 'workspaceId' | 'app' | 'issueUserToken' | 'verify'>;

export const personaCookie = 'lakescope_persona';
export const personaHeader = 'x-local-persona';
const defaultPersona: PersonaName = 'admin';
const renewBefore = 5 * 60_000;

/** Says as whom a request comes: by its own OAuth token, else as the persona the browser is signed in as. */
export class ForwardedIdentities {
  private readonly sessions = new Map<PersonaName, { issuedAt: number; token: Promise<IssuedToken> }>();

  constructor(
    private readonly workspace: SignedInWorkspace,
    private readonly now: () => number = Date.now,
  ) {}

  async of(request: IncomingMessage): Promise<ForwardedIdentity> {
    const { authorization } = request.headers;
    return authorization === undefined ? this.ofPersona(this.personaOf(request)) : this.ofBearer(authorization);
  }

  personaOf(request: IncomingMessage): PersonaName {
    const asked = request.headers[personaHeader];
    if (asked === undefined) return toPersona(cookieOf(request, personaCookie)) ?? defaultPersona;
    const persona = toPersona(String(asked));
    if (persona === undefined)
      throw new ProxyRefusal(400, `X-Local-Persona must be one of ${PERSONA_NAMES.join(', ')}`);
    return persona;
  }

  private async ofPersona(name: PersonaName): Promise<ForwardedIdentity> {
    const { userId, userName, displayName } = this.workspace.personas[name];
    const { token } = await this.tokenOf(name);
    return this.identity(userId, userName, displayName, token);
  }

  private async ofBearer(authorization: string): Promise<ForwardedIdentity> {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const claims = token === undefined ? undefined : await this.workspace.verify(token);
    // Personal access tokens open the workspace's API but never an app; one answer for all, so nothing is learned from it.
    if (token === undefined || claims?.kind !== 'oauth') {
      throw new ProxyRefusal(401, 'Credential was not sent or was of an unsupported type for this API.');
    }
    const person = Object.values(this.workspace.personas).find(({ userName }) => userName === claims.subject);
    // A service principal shows its client id wherever a person shows a name (databricks-apps headers).
    return person === undefined
      ? this.identity(claims.subject, claims.subject, claims.subject, token)
      : this.identity(person.userId, person.userName, person.displayName, token);
  }

  private identity(userId: string, email: string, preferredUsername: string, accessToken: string): ForwardedIdentity {
    return { user: `${userId}@${this.workspace.workspaceId}`, email, preferredUsername, accessToken };
  }

  /** One token per persona's session: a new one for each request would defeat every cache keyed by it. */
  private async tokenOf(name: PersonaName): Promise<IssuedToken> {
    const session = this.sessions.get(name);
    if (session !== undefined) {
      const token = await session.token;
      const expiry = token.expiresAt.getTime();
      // Workspaces with short-lived tokens keep the same proportion, or every request would renew.
      if (this.now() < expiry - Math.min(renewBefore, (expiry - session.issuedAt) / 12)) return token;
      if (this.sessions.get(name) !== session) return this.tokenOf(name);
    }
    const token = this.workspace.issueUserToken(name, this.workspace.app.userApiScopes);
    const renewed = { issuedAt: this.now(), token };
    this.sessions.set(name, renewed);
    token.catch(() => {
      if (this.sessions.get(name) === renewed) this.sessions.delete(name);
    });
    return token;
  }
}

export function toPersona(text: string | undefined): PersonaName | undefined {
  return PERSONA_NAMES.find((name) => name === text);
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
