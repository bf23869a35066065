import type { FastifyRequest } from 'fastify';
import { CredentialRefusal, expiredToken, invalidToken, ScopeRefusal } from '../http/refusals';
import type { Directory, Principal } from './directory';
import { missingScope, type ApiFamily } from './scopes';
import type { Tokens } from './tokens';

/** Who asks, decided from the bearer token alone. */
export class Access {
  private readonly known = new WeakMap<FastifyRequest, Principal>();

  constructor(
    private readonly tokens: Tokens,
    private readonly directory: Directory,
  ) {}

  /**
   * The caller of a request, if the token is good for this family of APIs; otherwise the platform's refusal. Its texts
   * matter: clients can tell an expired token from a missing permission only by them, both may be a 403.
   */
  async caller(request: FastifyRequest, family: ApiFamily): Promise<Principal> {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) {
      throw new CredentialRefusal(401, 'Credential was not sent or was of an unsupported type for this API.');
    }
    const verdict = await this.tokens.check(token);
    if (verdict.outcome === 'expired') throw expiredToken();
    if (verdict.outcome !== 'valid' || verdict.claims.kind === 'database') {
      throw invalidToken();
    }
    const caller = this.directory.find(verdict.claims.subject);
    if (caller === undefined) throw invalidToken();
    this.known.set(request, caller);
    const missing = missingScope(family, verdict.claims.scopes);
    if (missing !== undefined) throw new ScopeRefusal(missing);
    return caller;
  }

  /** Whose valid token a request carries, whatever that token may do. */
  async bearerOf(request: FastifyRequest): Promise<string | undefined> {
    const token = bearerToken(request.headers.authorization);
    const verdict = token === undefined ? undefined : await this.tokens.check(token);
    return verdict?.outcome === 'valid' ? verdict.claims.subject : undefined;
  }

  /** The caller found for this request so far, for the request log. */
  knownCaller(request: FastifyRequest): Principal | undefined {
    return this.known.get(request);
  }
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
}
