import type { IncomingMessage } from 'node:http';
import { PERSONA_NAMES, type PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';
import type { PersonaSessions } from './persona-sessions';

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

export type SignedInWorkspace = Pick<LocalWorkspace, 'personas' | 'workspaceId' | 'principal' | 'verify'>;

export const personaCookie = 'lakescope_persona';
export const personaHeader = 'x-local-persona';
const defaultPersona: PersonaName = 'admin';

/** Says as whom a request comes: by its own OAuth token, else as the persona the browser is signed in as. */
export class ForwardedIdentities {
  constructor(
    private readonly workspace: SignedInWorkspace,
    private readonly sessions: PersonaSessions,
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
    return this.identity(userId, userName, displayName, await this.sessions.tokenOf(name));
  }

  private async ofBearer(authorization: string): Promise<ForwardedIdentity> {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const claims = token === undefined ? undefined : await this.workspace.verify(token);
    // Personal access tokens open the workspace's API but never an app; one answer for all, so nothing is learned from it.
    if (token === undefined || claims?.kind !== 'oauth') {
      throw new ProxyRefusal(401, 'Credential was not sent or was of an unsupported type for this API.');
    }
    const { id, displayName } = this.workspace.principal(claims.subject) ?? {
      id: claims.subject,
      displayName: claims.subject,
    };
    // A service principal shows its client id wherever a person shows a name.
    const shown = claims.principal === 'user' ? displayName : claims.subject;
    return this.identity(id, claims.subject, shown, token);
  }

  private identity(userId: string, email: string, preferredUsername: string, accessToken: string): ForwardedIdentity {
    return { user: `${userId}@${this.workspace.workspaceId}`, email, preferredUsername, accessToken };
  }
}

export function toPersona(text: string | undefined): PersonaName | undefined {
  return PERSONA_NAMES.find((name) => name === text);
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
