import type { AuthorizationServerDocument, DatabricksConfigDocument } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { TokenRefusal } from '../http/refusals';
import type { WorkspaceDocument } from '../state/workspace-document';
import { OFFERED_SCOPES } from './scopes';
import type { SigningKey } from './signing-key';
import type { TokenEndpoint } from './token-endpoint';

export interface OidcOptions {
  workspace: Pick<WorkspaceDocument, 'workspaceId' | 'accountId'>;
  endpoint: TokenEndpoint;
  key: SigningKey;
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
    if (!(body instanceof URLSearchParams)) {
      throw new TokenRefusal(400, 'invalid_request', 'The request body must be a form');
    }
    reply.header('cache-control', 'no-store');
    return options.endpoint.grant(body, request.headers.authorization);
  });

  // The CLI reports its usage here after each command and waits for the answer.
  app.post('/telemetry-ext', async (request) => {
    const logs = new JsonFields(request.body).value('protoLogs');
    // Clients send again what is not counted.
    return { errors: [], numProtoSuccess: Array.isArray(logs) ? logs.length : 0 };
  });
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
    grant_types_supported: ['authorization_code', 'client_credentials', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
