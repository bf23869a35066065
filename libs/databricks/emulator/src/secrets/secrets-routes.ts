import type {
  GetSecretResponse,
  ListSecretAclsResponse,
  ListSecretScopesResponse,
  ListSecretsResponse,
  SecretAcl,
} from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { requiredQueryText } from '../http/query';
import { invalidParameter, malformedRequest, ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import { EVERYBODY } from '../object-permissions/object-type';
import { SECRET_PERMISSIONS, type SecretScopes } from './secret-scopes';

const ROOT = '/api/2.0/secrets';

/** The Secrets API. Values are in answers to `get` alone: no refusal, log line or list says one. */
export function secretsRoutes(app: FastifyInstance, access: Access, scopes: SecretScopes): void {
  app.post(`${ROOT}/scopes/create`, async (request) => {
    const caller = await access.caller(request, 'secrets');
    const body = new JsonFields(request.body);
    refuseForeignBackend(body);
    const initial = body.text('initial_manage_principal') ?? '';
    if (initial !== '' && initial !== EVERYBODY) {
      throw invalidParameter(`initial_manage_principal must be "${EVERYBODY}" or not be given.`);
    }
    await scopes.create(caller, body.text('scope') ?? '', initial === EVERYBODY);
    return {};
  });

  app.get(`${ROOT}/scopes/list`, async (request): Promise<ListSecretScopesResponse> => {
    await access.caller(request, 'secrets');
    const listed = scopes.list().map(({ name }) => ({ name, backend_type: 'DATABRICKS' }));
    return listed.length === 0 ? {} : { scopes: listed };
  });

  app.post(`${ROOT}/scopes/delete`, async (request) => {
    const caller = await access.caller(request, 'secrets');
    await scopes.delete(caller, new JsonFields(request.body).requiredText('scope'));
    return {};
  });

  app.post(`${ROOT}/put`, async (request) => {
    const caller = await access.caller(request, 'secrets');
    const body = new JsonFields(request.body);
    await scopes.put(caller, body.requiredText('scope'), body.requiredText('key'), valueOf(body));
    return {};
  });

  app.get(`${ROOT}/get`, async (request, reply): Promise<GetSecretResponse> => {
    const caller = await access.caller(request, 'secrets');
    const { key, value } = scopes.secret(
      caller,
      requiredQueryText(request.query, 'scope'),
      requiredQueryText(request.query, 'key'),
    );
    reply.header('cache-control', 'no-store');
    return { key, value };
  });

  app.get(`${ROOT}/list`, async (request): Promise<ListSecretsResponse> => {
    const caller = await access.caller(request, 'secrets');
    const { secrets } = scopes.require(caller, requiredQueryText(request.query, 'scope'), 'READ');
    const listed = secrets
      .map(({ key, updatedAt }) => ({ key, last_updated_timestamp: updatedAt }))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
    return listed.length === 0 ? {} : { secrets: listed };
  });

  app.post(`${ROOT}/delete`, async (request) => {
    const caller = await access.caller(request, 'secrets');
    const body = new JsonFields(request.body);
    await scopes.deleteSecret(caller, body.requiredText('scope'), body.requiredText('key'));
    return {};
  });

  app.post(`${ROOT}/acls/put`, async (request) => {
    const caller = await access.caller(request, 'secrets');
    const body = new JsonFields(request.body);
    const wanted = body.requiredText('permission');
    const permission = SECRET_PERMISSIONS.find((known) => known === wanted);
    if (permission === undefined) {
      throw invalidParameter(`Permission ${wanted.slice(0, 100)} is none of ${SECRET_PERMISSIONS.join(', ')}.`);
    }
    await scopes.putAcl(caller, body.requiredText('scope'), body.requiredText('principal'), permission);
    return {};
  });

  app.get(`${ROOT}/acls/get`, async (request): Promise<SecretAcl> => {
    const caller = await access.caller(request, 'secrets');
    const scope = requiredQueryText(request.query, 'scope');
    return { ...scopes.acl(caller, scope, requiredQueryText(request.query, 'principal')) };
  });

  app.get(`${ROOT}/acls/list`, async (request): Promise<ListSecretAclsResponse> => {
    const caller = await access.caller(request, 'secrets');
    const { acls } = scopes.require(caller, requiredQueryText(request.query, 'scope'), 'MANAGE');
    return acls.length === 0 ? {} : { items: [...acls] };
  });

  app.post(`${ROOT}/acls/delete`, async (request) => {
    const caller = await access.caller(request, 'secrets');
    const body = new JsonFields(request.body);
    await scopes.deleteAcl(caller, body.requiredText('scope'), body.requiredText('principal'));
    return {};
  });
}

/** Vaults of another cloud are refused as a workspace that is not there does. */
function refuseForeignBackend(body: JsonFields): void {
  const backend = body.text('scope_backend_type') ?? 'DATABRICKS';
  if (backend === 'DATABRICKS') return;
  if (backend !== 'AZURE_KEYVAULT') {
    throw invalidParameter(`scope_backend_type ${backend.slice(0, 100)} is none of DATABRICKS, AZURE_KEYVAULT.`);
  }
  if (body.value('backend_azure_keyvault') === undefined) {
    throw invalidParameter('Scope with Azure KeyVault must have AzureKeyVaultSecretScopeMetadata defined!');
  }
  throw new ServiceRefusal(400, 'BAD_REQUEST', 'Azure KeyVault is not available');
}

function valueOf(body: JsonFields): Buffer {
  const text = body.text('string_value');
  const bytes = body.text('bytes_value');
  if ((text === undefined) === (bytes === undefined)) {
    throw malformedRequest('Exactly one of string_value and bytes_value must be specified.');
  }
  if (bytes === undefined) return Buffer.from(text ?? '', 'utf8');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(bytes)) throw invalidParameter('bytes_value must be base64.');
  return Buffer.from(bytes, 'base64');
}
