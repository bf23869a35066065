import { operations, type OperationTypes } from './generated/operations';
import { UnexpectedAnswer, failureOf } from './lakescope-problem';

export interface LakescopeClientOptions {
  /** Where the app is deployed. */
  baseUrl: string;
  /** An OAuth token of a user or service principal, asked before each call: renewing it is the caller's part. */
  token: () => Promise<string>;
  fetch?: typeof fetch;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Finds the call in the server's log. */
  correlationId?: string;
}

type OperationName = keyof OperationTypes;

/** The body, path, query and headers of the contract; optional as a whole when nothing of it is required. */
type ParametersOf<Name extends OperationName> = Omit<OperationTypes[Name]['data'], 'url'>;

type AnswerOf<Name extends OperationName> = Promise<OperationTypes[Name]['answer']>;

type Method<Name extends OperationName> =
  Record<never, never> extends ParametersOf<Name>
    ? (parameters?: ParametersOf<Name>, options?: CallOptions) => AnswerOf<Name>
    : (parameters: ParametersOf<Name>, options?: CallOptions) => AnswerOf<Name>;

/** One function per operation of the contract; each rejects with a `LakescopeProblem`. */
export type LakescopeClient = { readonly [Name in OperationName]: Method<Name> };

interface Given {
  body?: unknown;
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, unknown>>;
}

/** A client for other services: fetch only, no dependencies. */
export function createLakescopeClient(options: LakescopeClientOptions): LakescopeClient {
  const entries = Object.keys(operations).map((name) => [
    name,
    (given: Given = {}, call: CallOptions = {}) => send(options, name as OperationName, given, call),
  ]);
  return Object.fromEntries(entries) as LakescopeClient;
}

async function send(
  { baseUrl, token, fetch: send = fetch }: LakescopeClientOptions,
  name: OperationName,
  given: Given,
  call: CallOptions,
): Promise<unknown> {
  const { method, path, answer } = operations[name];
  const response = await send(addressOf(baseUrl, path, given), {
    method,
    redirect: 'manual',
    headers: {
      ...textOf(given.headers),
      accept: 'application/json, application/problem+json, */*',
      authorization: `Bearer ${await token()}`,
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.correlationId === undefined ? {} : { 'x-correlation-id': call.correlationId }),
    },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
  if (!response.ok) throw await failureOf(response);
  if (answer === 'response') return response;
  if (answer === 'headers') return response.headers;
  if (answer === 'nothing') return undefined;
  const type = response.headers.get('content-type') ?? undefined;
  // A proxy that wants a sign-in answers 200 with a page of its own.
  if (type?.includes('json') !== true) throw new UnexpectedAnswer(response.status, type);
  return response.json();
}

function addressOf(baseUrl: string, template: string, { path = {}, query = {} }: Given): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${filled}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    }
  }
  return url.href;
}

function textOf(headers: Given['headers'] = {}): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
