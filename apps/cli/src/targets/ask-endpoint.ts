import { Secret } from '@lakescope/databricks-client';
import { CommandFailed, EXIT } from '../exit-code';
import { USUAL_LIFETIME_MS, type Granted } from './token-source';

const PATIENCE_MS = 30_000;

/** What is asked of a token endpoint (RFC 6749). */
export interface Grant {
  readonly form: Readonly<Record<string, string>>;
  /** Client id and secret, when the client has one. */
  readonly client?: { readonly id: string; readonly secret: Secret };
}

/**
 * `POST /oidc/v1/token` of a workspace. What the endpoint says of a refusal is its `error_description`, without anything that was sent.
 *
 * @throws CommandFailed when the workspace cannot be reached or refuses, with what helps
 */
export async function askTokenEndpoint(workspace: URL, { form, client }: Grant, help: string): Promise<Granted> {
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (client !== undefined) {
    const pair = `${client.id}:${client.secret.reveal()}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const response = await reach(new URL('/oidc/v1/token', workspace), {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
  const answer = await objectOf(response);
  const token = answer['access_token'];
  if (response.ok && typeof token === 'string' && token !== '') {
    const seconds = Number(answer['expires_in']);
    const lifetimeMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : USUAL_LIFETIME_MS;
    return { token: new Secret(token), expiresAt: Date.now() + lifetimeMs };
  }
  const said = answer['error_description'] ?? answer['error'];
  const reason = typeof said === 'string' ? said.slice(0, 200) : `HTTP ${response.status}`;
  throw new CommandFailed(`${workspace.origin} gives no token: ${reason}. ${help}`);
}

/**
 * One request to the workspace that carries no token of a person. Redirects are for the caller to look at.
 *
 * @throws CommandFailed when nobody answers
 */
export async function reach(url: URL, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw new CommandFailed(
      `${url.origin} cannot be reached: ${reasonOf(cause)}. Check its address, and that this machine may reach it.`,
      EXIT.failed,
      { cause },
    );
  }
}

/** `fetch` hides what went wrong one or more causes deep; of several addresses that were tried the first tells. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}

async function objectOf(response: Response): Promise<Record<string, unknown>> {
  const answer: unknown = await response.json().catch(() => undefined);
  return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
}
