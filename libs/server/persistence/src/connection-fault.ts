import { PlatformError } from '@lakescope/databricks-client';

/**
 * What can be done about a fault:
 * - `lost`: the connection is gone and whatever was not committed with it; a fresh one may do.
 * - `silent`: no answer came; the connection is useless, and another try would wait as long again.
 * - `refused-login`: a fresh credential may help.
 * - `busy`: the server asks for patience and has done nothing.
 * - `conflict`: another transaction was in the way; run again from the start.
 * - `elsewhere`: the server only reads; the writing one may answer a fresh connection.
 * - `hopeless`: nothing here helps, or only time.
 */
export type FaultKind = 'lost' | 'silent' | 'refused-login' | 'busy' | 'conflict' | 'elsewhere' | 'hopeless';

export interface DatabaseFault {
  readonly kind: FaultKind;
  /** In words that are safe to show. */
  readonly reason: string;
}

const CUT = fault('lost', 'the connection was cut');
const NO_ANSWER = fault('silent', 'the server does not answer');
const UNREACHABLE = fault('hopeless', 'the server cannot be reached');

const NETWORK: Readonly<Record<string, DatabaseFault>> = {
  ECONNREFUSED: fault('hopeless', 'the server refuses connections'),
  ECONNRESET: CUT,
  EPIPE: CUT,
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: fault('hopeless', 'the host name is unknown'),
  EAI_AGAIN: fault('hopeless', 'the host name cannot be resolved'),
};

/** SQLSTATE codes and classes (https://www.postgresql.org/docs/17/errcodes-appendix.html) that speak of the server, not of the statement. */
const SERVER: readonly (readonly [prefix: string, fault: DatabaseFault])[] = [
  ['28', fault('refused-login', 'the server refused the credential')],
  ['08', CUT],
  ['53300', fault('busy', 'the server has no free connections')],
  ['53', fault('hopeless', 'the server is out of resources')],
  ['57014', fault('hopeless', 'the statement took too long')],
  ['57P03', fault('busy', 'the server is starting up')],
  ['57P', fault('lost', 'the server is shutting down')],
  ['55P03', fault('hopeless', 'a lock was not free in time')],
  ['25P03', fault('lost', 'the transaction was idle for too long')],
  ['3D000', fault('hopeless', 'the database does not exist')],
  ['25006', fault('elsewhere', 'the database is read-only')],
  ['40001', fault('conflict', 'other transactions were in the way')],
  ['40P01', fault('conflict', 'other transactions were in the way')],
];

/** What node-postgres says without any code. */
const MESSAGES: readonly (readonly [part: string, fault: DatabaseFault])[] = [
  ['timeout exceeded when trying to connect', fault('hopeless', 'no connection became free in time')],
  ['Connection terminated due to connection timeout', NO_ANSWER],
  ['timeout expired', NO_ANSWER],
  ['Query read timeout', fault('silent', 'the server has gone silent')],
  ['Connection terminated', CUT],
  ['Client has encountered a connection error', CUT],
  ['Client was closed', CUT],
  // TypeORM, once the connection below has said that it broke.
  ['Query runner already released', CUT],
  ['provided by a query runner was already released', CUT],
  ['Cannot use a pool after calling end', fault('hopeless', 'the app is stopping')],
  ['The server does not support SSL connections', fault('hopeless', 'the server does not offer TLS')],
];

/** What is wrong with the database; undefined when the error is about something else. */
export function faultOf(error: unknown): DatabaseFault | undefined {
  if (error instanceof PlatformError) {
    return fault('hopeless', `the workspace issued no database credential (${error.kind})`);
  }
  // TypeORM wraps what a statement threw and copies its code; a failed connect to several addresses is an AggregateError with one code.
  const code = textOf(error, 'code');
  if (code !== undefined) {
    if (Object.hasOwn(NETWORK, code)) return NETWORK[code];
    const known = /^[0-9A-Z]{5}$/.test(code) ? SERVER.find(([prefix]) => code.startsWith(prefix)) : undefined;
    if (known !== undefined) return known[1];
    if (/CERT|SELF_SIGNED|^ERR_(TLS|SSL)/.test(code)) {
      return fault('hopeless', `the server's certificate is not trusted (${code})`);
    }
  }
  const message = textOf(error, 'message') ?? '';
  return MESSAGES.find(([part]) => message.includes(part))?.[1];
}

/** Why the database cannot be reached, in words that are safe to show; undefined when the error is about something else. */
export function connectionFault(error: unknown): string | undefined {
  return faultOf(error)?.reason;
}

/** Why work with the database failed, for a line of the log: what is the matter with the connection, else what the error itself says. */
export function failureReason(error: unknown): string {
  return connectionFault(error) ?? (error instanceof Error ? error.message : 'unknown');
}

function fault(kind: FaultKind, reason: string): DatabaseFault {
  return { kind, reason };
}

function textOf(error: unknown, property: 'code' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}
