import { timingSafeEqual } from 'node:crypto';
import type { AuthorizationServerDocument, DatabricksConfigDocument, TokenResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { TokenRefusal } from '../http/refusals';
import type { WorkspaceDocument } from '../state/workspace-document';
import type { Directory } from './directory';
import { OFFERED_SCOPES, parseScopes } from './scopes';
import type { SigningKey } from './signing-key';
import type { Tokens } from './tokens';

export interface OidcOptions {
  workspace: Pick<WorkspaceDocument, 'workspaceId' | 'accountId' | 'servicePrincipal'>;
  directory: Directory;
  tokens: Tokens;
  key: SigningKey;
  tokenLifetimeSeconds: number;
  url(): string;
}

/** How clients find the token endpoint, and the token endpoint. None of this asks for a token. */
export function oidcRoutes(app: FastifyInstance, options: OidcOptions): void {
  app.get('/.well-known/databricks-config', async () => configDocument(options));
  app.get('/oidc/.well-known/oauth-authorization-server', async () => authorizationServer(options.url()));
  app.get('/oidc/.well-known/openid-configuration', async () => authorizationServer(options.url()));
  app.get('/oidc/jwks.json', async () => ({ keys: [options.key.publicJwk] }));

  app.post('/oidc/v1/token', async (request, reply) => {
    const { body } = request;
    if (!(body instanceof URLSearchParams)) throw invalidRequest('The request body must be a form');
    reply.header('cache-control', 'no-store');
    return grantClientCredentials(options, body, request.headers.authorization);
  });

  // The CLI reports its usage here after each command and waits for the answer.
  app.post('/telemetry-ext', async () => ({ errors: [], numProtoSuccess: 0 }));
}

function configDocument({ workspace, url }: OidcOptions): DatabricksConfigDocument {
  return {
    oidc_endpoint: `${url()}/oidc`,
    account_id: workspace.accountId,
    workspace_id: workspace.workspaceId,
    cloud: 'AWS',
    host_type: 'workspace',
    token_federation_default_oidc_audiences: [`${url()}/oidc/v1/token`],
  };
}

function authorizationServer(url: string): AuthorizationServerDocument {
  return {
    issuer: `${url}/oidc`,
    authorization_endpoint: `${url}/oidc/v1/authorize`,
    token_endpoint: `${url}/oidc/v1/token`,
    jwks_uri: `${url}/oidc/jwks.json`,
    scopes_supported: [...OFFERED_SCOPES],
    response_types_supported: ['code'],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

async function grantClientCredentials(
  { workspace, directory, tokens, tokenLifetimeSeconds }: OidcOptions,
  form: URLSearchParams,
  authorization: string | undefined,
): Promise<TokenResponse> {
  const grantType = single(form, 'grant_type');
  if (grantType === undefined) throw invalidRequest('grant_type is missing');
  if (grantType !== 'client_credentials') {
    throw new TokenRefusal(400, 'unsupported_grant_type', 'This workspace grants client_credentials only');
  }
  const { clientId, clientSecret } = clientOf(form, authorization);
  const principal = directory.find(clientId);
  if (principal?.kind !== 'service_principal' || !isSame(clientSecret, workspace.servicePrincipal.clientSecret)) {
    throw new TokenRefusal(401, 'invalid_client', 'Client authentication failed');
  }
  const asked = parseScopes(single(form, 'scope') ?? '');
  const unknown = asked.find((scope) => !OFFERED_SCOPES.includes(scope));
  if (unknown !== undefined) throw new TokenRefusal(400, 'invalid_scope', 'A requested scope is unknown');
  const scopes = asked.length === 0 ? ['all-apis'] : asked;
  const { token } = await tokens.issueAccessToken(principal, scopes, clientId, tokenLifetimeSeconds);
  return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds, scope: scopes.join(' ') };
}

function clientOf(
  form: URLSearchParams,
  authorization: string | undefined,
): { clientId: string; clientSecret: string } {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded !== undefined) {
    const text = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return { clientId: text.slice(0, Math.max(colon, 0)), clientSecret: text.slice(colon + 1) };
  }
  return { clientId: single(form, 'client_id') ?? '', clientSecret: single(form, 'client_secret') ?? '' };
}

/** RFC 6749 forbids repeated parameters: two parties could read different ones. */
function single(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  if (values.length > 1) throw invalidRequest(`${name} is given more than once`);
  return values[0] === '' ? undefined : values[0];
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function invalidRequest(description: string): TokenRefusal {
  return new TokenRefusal(400, 'invalid_request', description);
}
