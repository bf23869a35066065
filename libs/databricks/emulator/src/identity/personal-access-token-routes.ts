import type { CreateTokenResponse, ListTokensResponse, PublicTokenInfo } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { StoredPersonalAccessToken } from '../state/issued-tokens-document';
import type { WorkspaceDocument } from '../state/workspace-document';
import type { Access } from './access';
import type { Principal } from './directory';
import type { PersonalAccessTokens } from './personal-access-tokens';
import { OFFERED_SCOPES } from './scopes';

const ROOT = '/api/2.0/token';
/** A token without a lifetime lasts two years (Token API reference). */
const LONGEST_SECONDS = 2 * 365 * 24 * 3600;
/** More would be a mistake of a test; the platform has a limit too. */
const QUOTA = 600;

/** The Token API: everybody makes, lists and ends personal access tokens of his own. */
export function personalAccessTokenRoutes(
  app: FastifyInstance,
  access: Access,
  tokens: PersonalAccessTokens,
  { accountId, workspaceId }: Pick<WorkspaceDocument, 'accountId' | 'workspaceId'>,
  /** The workspace's time, in epoch milliseconds. */
  now: () => number,
  /** Refuses whoever may have no tokens. */
  requireUse: (caller: Principal) => void,
): void {
  app.post(`${ROOT}/create`, async (request): Promise<CreateTokenResponse> => {
    const caller = await access.caller(request, 'tokens');
    requireUse(caller);
    const { name: holder } = caller;
    const { comment, scopes, lifetimeSeconds } = parseRequest(request.body);
    if (tokens.list(holder).length >= QUOTA) {
      throw new ServiceRefusal(400, 'QUOTA_EXCEEDED', `The user has reached the limit of ${QUOTA} tokens`);
    }
    const createdAt = now();
    const expiresAt = createdAt + lifetimeSeconds * 1000;
    const { token, stored } = await tokens.create({ holder, comment, scopes, createdAt, expiresAt });
    return { token_value: token, token_info: describe(stored) };
  });

  app.get(`${ROOT}/list`, async (request): Promise<ListTokensResponse> => {
    const { name: holder } = await access.caller(request, 'tokens');
    const valid = tokens.list(holder).filter(({ expiresAt }) => (expiresAt ?? Infinity) > now());
    return { token_infos: valid.map(describe) };
  });

  app.post(`${ROOT}/delete`, async (request) => {
    const { name: holder } = await access.caller(request, 'tokens');
    const id = fieldOf(request.body, 'token_id');
    if (typeof id !== 'string' || id === '') throw invalidParameter('token_id is missing');
    if (!(await tokens.delete(holder, id))) {
      throw new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', `Token ${id.slice(0, 100)} does not exist.`);
    }
    return {};
  });

  // The CLI asks which account and workspace a credential belongs to when it signs in.
  app.get('/api/2.0/tokens/introspect', async (request) => {
    await access.caller(request, 'current-user');
    return {
      principal_context: { authentication_scope: { account_id: accountId, workspace_id: Number(workspaceId) } },
    };
  });
}

function describe({ id, comment, createdAt, expiresAt, scopes }: StoredPersonalAccessToken): PublicTokenInfo {
  return { token_id: id, comment, creation_time: createdAt, expiry_time: expiresAt ?? -1, scopes };
}

function parseRequest(body: unknown): { comment: string; scopes: string[]; lifetimeSeconds: number } {
  const comment = fieldOf(body, 'comment') ?? '';
  if (typeof comment !== 'string' || comment.length > 1000) throw invalidParameter('comment must be a short text');
  const lifetime = fieldOf(body, 'lifetime_seconds') ?? LONGEST_SECONDS;
  const isLifetime = typeof lifetime === 'number' && Number.isInteger(lifetime) && lifetime > 0;
  if (!isLifetime || lifetime > LONGEST_SECONDS) {
    throw invalidParameter(`lifetime_seconds must be between 1 and ${LONGEST_SECONDS}`);
  }
  const scopes = fieldOf(body, 'scopes') ?? ['all-apis'];
  if (!isScopes(scopes)) throw invalidParameter('scopes must be a list of known scopes');
  return { comment, scopes: [...scopes], lifetimeSeconds: lifetime };
}

function isScopes(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((scope) => typeof scope === 'string' && OFFERED_SCOPES.includes(scope))
  );
}

function fieldOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  return Object.entries(body).find(([key]) => key === name)?.[1] ?? undefined;
}
