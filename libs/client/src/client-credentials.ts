import { ConnectionFailure, UnexpectedAnswer } from './lakescope-problem';
import { retryAfterOf } from './retry-after';

/** A service principal of the workspace, with an OAuth secret of its own. */
export interface ClientCredentials {
  /** The workspace, as `https://dbc-1234.cloud.databricks.com`. */
  workspaceUrl: string;
  clientId: string;
  clientSecret: string;
  /** `all-apis` if not given. */
  scope?: string;
  fetch?: typeof fetch;
}

/** A token is renewed so long before it expires: as long as a request may take, and a bit. */
const MARGIN_MS = 120_000;
const PATIENCE_MS = 30_000;

/**
 * The `token` of a client for a service principal: fetches one at the workspace's token endpoint (OAuth 2.0 client credentials, RFC
 * 6749 4.4), keeps it until shortly before it expires, and fetches another when this one was refused. Calls at one moment share one
 * request. Rejects with an UnexpectedAnswer when the workspace grants none, with a ConnectionFailure when it cannot be reached.
 */
export function clientCredentials(credentials: ClientCredentials): (refused?: string) => Promise<string> {
  let current: Promise<Grant> | undefined;
  return async (refused) => {
    const kept = current;
    const grant = await kept?.catch(() => undefined);
    if (grant !== undefined && grant.token !== refused && performance.now() < grant.renewAt) return grant.token;
    // Whoever waited beside this call has perhaps asked already.
    const next = current === kept || current === undefined ? requestGrant(credentials) : current;
    current = next;
    return (await next).token;
  };
}

interface Grant {
  token: string;
  renewAt: number;
}

async function requestGrant({ fetch: ask = fetch, scope = 'all-apis', ...who }: ClientCredentials): Promise<Grant> {
  const basic = btoa(`${encodeURIComponent(who.clientId)}:${encodeURIComponent(who.clientSecret)}`);
  const address = `${who.workspaceUrl.replace(/\/+$/, '')}/oidc/v1/token`;
  const askedAt = performance.now();
  let response: Response;
  let text: string;
  try {
    response = await ask(address, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    text = await response.text();
  } catch (cause) {
    throw new ConnectionFailure(`The token endpoint of ${who.workspaceUrl} gave no answer`, { cause });
  }
  const { access_token: token, expires_in: seconds } = grantIn(text);
  if (!response.ok || typeof token !== 'string') {
    const type = response.headers.get('content-type') ?? undefined;
    throw new UnexpectedAnswer(response.status, type, retryAfterOf(response.headers));
  }
  const lifetimeMs = (typeof seconds === 'number' ? seconds : 0) * 1000;
  return { token, renewAt: askedAt + Math.max(lifetimeMs - MARGIN_MS, lifetimeMs / 2) };
}

function grantIn(text: string): { access_token?: unknown; expires_in?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { access_token?: unknown; expires_in?: unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
