import { LaunchError } from '../launch-error';
import type { DeveloperToken } from './developer-token';

/** Who the developer is in the workspace, as its SCIM `Me` and the header of its answers say. */
export interface Developer {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  /** A string of digits; absent when the workspace does not tell. */
  readonly workspaceId: string | undefined;
}

const PATIENCE_MS = 30_000;

/**
 * Asks the workspace whose token it is (`GET /api/2.0/preview/scim/v2/Me`), which also tells early that it can be reached.
 *
 * @throws LaunchError when it cannot be reached, refuses the token, or is no Databricks workspace
 */
export async function whoIs(origin: URL, token: DeveloperToken): Promise<Developer> {
  const authorization = `Bearer ${await token.current()}`;
  let response: Response;
  try {
    response = await fetch(new URL('/api/2.0/preview/scim/v2/Me', origin), {
      headers: { authorization },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (cause) {
    throw new LaunchError(`The workspace ${origin.origin} cannot be reached: ${reasonOf(cause)}.`, { cause });
  }
  if (response.status === 401 || response.status === 403) {
    throw new LaunchError(`The workspace ${origin.origin} refuses the token. Sign in again: ${token.signIn}`);
  }
  const me: unknown = await response.json().catch(() => undefined);
  const { id, userName, displayName } = (me ?? {}) as Partial<Record<string, unknown>>;
  if (!response.ok || typeof id !== 'string' || typeof userName !== 'string') {
    throw new LaunchError(`${origin.origin} does not answer as a Databricks workspace does (${response.status}).`);
  }
  return {
    id,
    userName,
    displayName: typeof displayName === 'string' ? displayName : userName,
    workspaceId: /^\d+$/.exec(response.headers.get('x-databricks-org-id') ?? '')?.[0],
  };
}

/** `fetch` hides what went wrong one or more causes deep. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause === undefined ? message : reasonOf(cause);
}
