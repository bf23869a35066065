import { PlatformError } from '@lakescope/databricks-client';

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the server refuses connections',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the server does not answer',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the server cannot be reached',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved',
};

/** SQLSTATE codes and classes (https://www.postgresql.org/docs/17/errcodes-appendix.html) that speak of the server, not of the statement. */
const SERVER: readonly (readonly [prefix: string, reason: string])[] = [
  ['28', 'the server refused the credential'],
  ['08', 'the connection was cut'],
  ['53300', 'the server has no free connections'],
  ['53', 'the server is out of resources'],
  ['57014', 'the statement took too long'],
  ['57P03', 'the server is starting up'],
  ['57P', 'the server is shutting down'],
  ['3D000', 'the database does not exist'],
  ['25006', 'the database is read-only'],
];

/** What node-postgres says without any code. */
const MESSAGES: readonly (readonly [part: string, reason: string])[] = [
  ['timeout exceeded when trying to connect', 'no connection became free in time'],
  ['Connection terminated due to connection timeout', 'the server does not answer'],
  ['Query read timeout', 'the server has gone silent'],
  ['Connection terminated', 'the connection was cut'],
  ['Client has encountered a connection error', 'the connection was cut'],
  ['Client was closed', 'the connection was cut'],
  ['The server does not support SSL connections', 'the server does not offer TLS'],
];

/** Why the database cannot be reached, in words that are safe to show; undefined when the error is about something else. */
export function connectionFault(error: unknown): string | undefined {
  if (error instanceof PlatformError) return `the workspace issued no database credential (${error.kind})`;
  const code = codeOf(error);
  if (code !== undefined) {
    if (Object.hasOwn(NETWORK, code)) return NETWORK[code];
    const known = /^[0-9A-Z]{5}$/.test(code) ? SERVER.find(([prefix]) => code.startsWith(prefix)) : undefined;
    if (known !== undefined) return known[1];
    if (/CERT|SELF_SIGNED|^ERR_(TLS|SSL)/.test(code)) return `the server's certificate is not trusted (${code})`;
  }
  const message = textOf(error, 'message') ?? '';
  return MESSAGES.find(([part]) => message.includes(part))?.[1];
}

/** Whether the server refused the login itself: then a fresh credential may help. */
export function isCredentialRefused(error: unknown): boolean {
  return /^28(P01|000)$/.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  // TypeORM wraps what a statement threw and copies its code; a failed connect to several addresses is an AggregateError with one code.
  return textOf(error, 'code');
}

function textOf(error: unknown, property: 'code' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}
