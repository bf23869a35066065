import { defaults } from './defaults';
import { parseLossless } from './lossless-json';
import type { PlatformErrorKind } from './platform-error';

export interface FailedAnswer {
  status: number;
  statusText?: string;
  body: string;
}

export interface Classification {
  kind: PlatformErrorKind;
  message: string;
  errorCode?: string;
  scopes?: string[];
  requestId?: string;
}

interface Said {
  code?: string;
  message: string;
  requestId?: string;
}

const KIND_BY_CODE: Record<string, PlatformErrorKind> = {
  ENDPOINT_NOT_FOUND: 'endpoint_not_found',
  NOT_FOUND: 'not_found',
  ABORTED: 'conflict',
  RESOURCE_CONFLICT: 'conflict',
  UNAUTHENTICATED: 'unauthenticated',
  PERMISSION_DENIED: 'permission_denied',
  RESOURCE_EXHAUSTED: 'rate_limited',
  REQUEST_LIMIT_EXCEEDED: 'rate_limited',
  QUOTA_EXCEEDED: 'rate_limited',
  TEMPORARILY_UNAVAILABLE: 'unavailable',
  DEADLINE_EXCEEDED: 'timeout',
  INVALID_PARAMETER_VALUE: 'bad_request',
  INVALID_STATE: 'bad_request',
  BAD_REQUEST: 'bad_request',
  MALFORMED_REQUEST: 'bad_request',
};

const KIND_BY_STATUS: Record<number, PlatformErrorKind> = {
  400: 'bad_request',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'not_found',
  409: 'conflict',
  412: 'precondition_failed',
  416: 'range_not_satisfiable',
  422: 'bad_request',
  429: 'rate_limited',
  499: 'aborted',
  502: 'unavailable',
  503: 'unavailable',
  504: 'timeout',
};

const SCOPE_MESSAGE = /(?:required scopes?|Invalid scope)[^:]*:\s*([\w.:,\s-]+)/i;
const EXPIRED_MESSAGE = /token[^.]{0,40}\bexpired\b|\bexpired\b[^.]{0,40}token/i;
const BAD_TOKEN_MESSAGE = /invalid (?:access )?token|credential was not sent|unsupported type for this api/i;
const MISSING_MESSAGE = /does ?n[o']t exist|not found/i;

/**
 * What a failed answer means. Code and message are asked before the status, because an expired token may come as 403 as well as 401,
 * and several older APIs answer 400 with "... does not exist" (official SDKs rewrite the same cases).
 */
export function classifyFailure(answer: FailedAnswer): Classification {
  const said = whatWasSaid(answer);
  const known = {
    message: sentence(said.message) || `HTTP ${answer.status}`,
    ...(said.code === undefined ? {} : { errorCode: said.code }),
    ...(said.requestId === undefined ? {} : { requestId: said.requestId }),
  };
  if (answer.status === 401 || answer.status === 403) {
    const scopes = SCOPE_MESSAGE.exec(said.message)?.[1];
    if (scopes !== undefined) return { ...known, kind: 'scope_missing', scopes: splitScopes(scopes) };
    if (EXPIRED_MESSAGE.test(said.message)) return { ...known, kind: 'token_expired' };
    if (BAD_TOKEN_MESSAGE.test(said.message)) return { ...known, kind: 'unauthenticated' };
  }
  if (answer.status === 400 && MISSING_MESSAGE.test(said.message)) return { ...known, kind: 'not_found' };
  return { ...known, kind: kindByCode(said.code) ?? KIND_BY_STATUS[answer.status] ?? 'upstream' };
}

/** Control characters and marks that turn the direction of text around: they would forge lines and hide words where people read them. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;
const STACK = /\s(?:at (?:[\w$.<>]+\(|async )|Caused by: |Traceback \(most recent)/;

/** What the platform says, fit to be shown: one line, of bounded length, without the stack trace that some services append. */
function sentence(text: string): string {
  const end = text.search(STACK);
  const line = (end === -1 ? text : text.slice(0, end)).replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim();
  if (line.length <= defaults.messageCharacters) return line;
  return `${line.slice(0, defaults.messageCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function kindByCode(code: string | undefined): PlatformErrorKind | undefined {
  if (code === undefined) return undefined;
  if (code.endsWith('ALREADY_EXISTS')) return 'already_exists';
  if (code.endsWith('_DOES_NOT_EXIST')) return 'not_found';
  return Object.hasOwn(KIND_BY_CODE, code) ? KIND_BY_CODE[code] : undefined;
}

function splitScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '' && scope !== '-');
}

/** The envelopes the platform is known to use: error_code/message, API 1.2 `error`, SCIM `detail`, OAuth, text, HTML, nothing. */
function whatWasSaid({ status, statusText, body }: FailedAnswer): Said {
  const fallback = statusText === undefined || statusText === '' ? `HTTP ${status}` : statusText;
  const text = body.trim();
  if (text === '') return { message: fallback };
  const json = asObject(text);
  if (json !== undefined) return fromJson(json, fallback);
  const html = /<pre>([\s\S]*?)<\/pre>/i.exec(text)?.[1] ?? /<title>([\s\S]*?)<\/title>/i.exec(text)?.[1];
  if (html !== undefined) return { message: html.trim() };
  if (text.startsWith('<')) return { message: fallback };
  const coded = /^([A-Z][A-Z0-9_]{2,}): ([\s\S]+)$/.exec(text);
  return coded?.[1] === undefined || coded[2] === undefined ? { message: text } : { code: coded[1], message: coded[2] };
}

function fromJson(json: Record<string, unknown>, fallback: string): Said {
  const isScim = Array.isArray(json['schemas']) && json['detail'] !== undefined;
  const message =
    text(json['message']) ?? text(json['detail']) ?? text(json['error_description']) ?? text(json['error']) ?? fallback;
  const code = text(json['error_code']) ?? (isScim ? `SCIM_${text(json['status']) ?? ''}` : text(json['error']));
  const requestId = requestIdOf(json['details']);
  return { message, ...(code === undefined ? {} : { code }), ...(requestId === undefined ? {} : { requestId }) };
}

function requestIdOf(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details as unknown[]) {
    if (typeof detail === 'object' && detail !== null && 'request_id' in detail) return text(detail.request_id);
  }
  return undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function asObject(body: string): Record<string, unknown> | undefined {
  try {
    const parsed = parseLossless(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
