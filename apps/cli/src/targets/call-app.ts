import { CommandFailed, EXIT } from '../exit-code';
import { reasonOf } from './ask-endpoint';
import type { Target } from './target';
import { isPersonalAccessToken } from './token-source';

/** A request to an app, as its caller. */
export interface AppRequest {
  readonly method: string;
  /** Begins with `/`; may have a query. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

export interface AppAnswer {
  readonly status: number;
  readonly statusText: string;
  /** The media type alone, in small letters; empty when the app does not say. */
  readonly type: string;
  readonly body: Uint8Array;
}

/** A little more than the platform's proxy gives an answer. */
const PATIENCE_MS = 310_000;

/**
 * Calls an app through the platform's front door with the caller's own OAuth token; every status but a way to a sign-in page is an answer.
 *
 * @throws CommandFailed when nobody answers, the token is none that apps take, or the path leads elsewhere
 */
export async function callApp(target: Target, origin: URL, request: AppRequest): Promise<AppAnswer> {
  const url = urlOf(request.path, origin);
  const first = await send(target, url, request);
  // Refused before its time, e.g. by a workspace that was started anew: another one may do.
  if (first.status !== 401) return first;
  target.tokens.renew();
  return send(target, url, request);
}

async function send(target: Target, url: URL, { method, body, patienceMs, signal }: AppRequest): Promise<AppAnswer> {
  const token = await target.tokens.current();
  if (isPersonalAccessToken(token)) {
    throw new CommandFailed(
      `An app takes OAuth tokens only, and DATABRICKS_TOKEN is a personal access token. Sign in: ${target.tokens.signIn}`,
    );
  }
  const patience = AbortSignal.timeout(patienceMs ?? PATIENCE_MS);
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        accept: 'application/json, */*;q=0.5',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? patience : AbortSignal.any([patience, signal]),
    });
    refuseSignInPage(response, target);
    return {
      status: response.status,
      statusText: response.statusText,
      type: (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
      body: new Uint8Array(await response.arrayBuffer()),
    };
  } catch (cause) {
    if (cause instanceof CommandFailed) throw cause;
    throw new CommandFailed(`${url.origin} does not answer: ${reasonOf(cause)}.`, EXIT.failed, { cause });
  }
}

/** Whoever has no token that the front door takes is sent to sign in, by a page that a program cannot use. */
function refuseSignInPage({ status, headers }: Response, { tokens }: Target): void {
  const isSignIn = /\/(?:oidc|oauth2|login)\b|\.auth\b/.test(headers.get('location') ?? '');
  if (status < 300 || status > 399 || !isSignIn) return;
  throw new CommandFailed(`The app does not take your token and asks you to sign in: ${tokens.signIn}`);
}

function urlOf(path: string, origin: URL): URL {
  const url = path.startsWith('/') && URL.canParse(path, origin.href) ? new URL(path, origin) : undefined;
  if (url?.origin === origin.origin) return url;
  throw new CommandFailed(
    `PATH is a path of the app that begins with a single /, e.g. /api/v1/user/me, and not ${JSON.stringify(path.slice(0, 200))}.`,
    EXIT.usage,
  );
}

/** JSON of an answer, or undefined when it is something else. */
export function jsonOf({ type, body }: AppAnswer): unknown {
  if (!/[/+]json$/.test(type)) return undefined;
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
