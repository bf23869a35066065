import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuseForeignPages } from '../http/local-routes';
import { TokenRefusal } from '../http/refusals';
import type { AuthorizationCodes } from './authorization-codes';
import type { Directory, Principal } from './directory';
import { singleValue } from './oauth-parameters';
import { PERSONA_NAMES, PERSONAS, principalName } from './personas';
import { OFFERED_SCOPES, parseScopes } from './scopes';
import { signInPage } from './sign-in-page';

/** The client id that the CLI and the SDKs sign people in with; it has no secret. */
export const PUBLIC_CLIENTS: readonly string[] = ['databricks-cli'];

const AUTHORIZE = '/oidc/v1/authorize';
const PERSONA_HEADER = 'x-local-persona';

interface Wish {
  readonly clientId: string;
  readonly redirectUri: URL;
}

/**
 * `GET /oidc/v1/authorize`: a person chooses who to be and goes back to the client with a code (authorization code with
 * PKCE, RFC 7636). Programs name the person with `login_hint` or `X-Local-Persona` and see no page. There is no password:
 * whoever can reach this machine's loopback may be anybody here.
 */
export function authorizeRoutes(app: FastifyInstance, directory: Directory, codes: AuthorizationCodes): void {
  app.get(AUTHORIZE, async (request, reply) => {
    // A page from elsewhere that resolves to this machine could otherwise read the code from the redirect.
    refuseForeignPages(request);
    reply.header('cache-control', 'no-store');
    const parameters = parametersOf(request);
    // Nobody is sent anywhere before the client and the place to go back to are known to be good.
    const wish = parseWish(parameters);
    try {
      const asked = parseAsked(parameters);
      const person = chosenPerson(directory, request, parameters);
      if (person === undefined) return showPage(reply, directory, parameters, asked.scopes);
      const code = codes.issue({
        ...asked,
        holder: person.name,
        clientId: wish.clientId,
        redirectUri: singleValue(parameters, 'redirect_uri') ?? '',
      });
      return goBack(reply, wish, parameters, { code });
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      return goBack(reply, wish, parameters, { error: error.error, error_description: error.message });
    }
  });
}

function parametersOf(request: FastifyRequest): URLSearchParams {
  const url = request.raw.url ?? '';
  const query = url.indexOf('?');
  return new URLSearchParams(query < 0 ? '' : url.slice(query + 1));
}

function parseWish(parameters: URLSearchParams): Wish {
  const clientId = singleValue(parameters, 'client_id') ?? '';
  if (!PUBLIC_CLIENTS.includes(clientId)) throw new TokenRefusal(400, 'invalid_client', 'client_id is unknown');
  const redirectUri = loopback(singleValue(parameters, 'redirect_uri'));
  if (redirectUri === undefined) {
    throw new TokenRefusal(400, 'invalid_request', 'redirect_uri must be an http URL of this machine');
  }
  return { clientId, redirectUri };
}

/** RFC 8252, 7.3: native clients listen on loopback, on any port. */
function loopback(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const plain = url.protocol === 'http:' && url.username === '' && url.password === '' && !text.includes('#');
  return local && plain ? url : undefined;
}

function parseAsked(parameters: URLSearchParams): {
  scopes: readonly string[];
  challenge: string;
  nonce: string | undefined;
} {
  if (singleValue(parameters, 'response_type') !== 'code') {
    throw new TokenRefusal(400, 'unsupported_response_type', 'response_type must be code');
  }
  const challenge = singleValue(parameters, 'code_challenge') ?? '';
  const isDigest = /^[\w-]{43}$/.test(challenge);
  if (singleValue(parameters, 'code_challenge_method') !== 'S256' || !isDigest) {
    throw new TokenRefusal(400, 'invalid_request', 'code_challenge with the method S256 is required');
  }
  const scopes = parseScopes(singleValue(parameters, 'scope') ?? 'all-apis');
  if (scopes.some((scope) => !OFFERED_SCOPES.includes(scope))) {
    throw new TokenRefusal(400, 'invalid_scope', 'A requested scope is unknown');
  }
  return { scopes, challenge, nonce: singleValue(parameters, 'nonce') };
}

/** Who signs in, when the request says so. An unknown hint is left to the person; an unknown persona is a mistake. */
function chosenPerson(
  directory: Directory,
  request: FastifyRequest,
  parameters: URLSearchParams,
): Principal | undefined {
  const header = request.headers[PERSONA_HEADER];
  const name = typeof header === 'string' ? header : singleValue(parameters, 'login_hint');
  if (name === undefined) return undefined;
  const person = directory.find(principalName(name));
  if (person?.kind === 'user' && person.active) return person;
  if (header === undefined) return undefined;
  throw new TokenRefusal(400, 'access_denied', 'There is no such person');
}

function showPage(
  reply: FastifyReply,
  directory: Directory,
  parameters: URLSearchParams,
  scopes: readonly string[],
): FastifyReply {
  const people = PERSONA_NAMES.flatMap((persona) => {
    const person = directory.find(PERSONAS[persona].userName);
    if (person?.active !== true) return [];
    const choice = new URLSearchParams(parameters);
    choice.set('login_hint', persona);
    return [{ persona, person, href: `${AUTHORIZE}?${choice.toString()}` }];
  });
  const { html, headers } = signInPage(people, singleValue(parameters, 'client_id') ?? '', scopes);
  return reply.headers(headers).send(html);
}

function goBack(
  reply: FastifyReply,
  { redirectUri }: Wish,
  parameters: URLSearchParams,
  answer: Readonly<Record<string, string>>,
): FastifyReply {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  // A state given twice is already being refused, and goes back as it came first.
  const [state] = parameters.getAll('state');
  if (state !== undefined) target.searchParams.set('state', state);
  return reply.redirect(target.href, 302);
}
