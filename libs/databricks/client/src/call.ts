import type { RetryPolicy } from './retry-policy';
import { UploadContent } from './upload-content';

export interface CallOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
  deadlineMs?: number;
}

export interface Call extends CallOptions {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Already percent-encoded. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** The query of a signed link, `?` included, exactly as it was given. */
  signature?: string;
  headers?: Record<string, string>;
  /** Content that is streamed moves the deadline with every chunk, and is sent again only if it can be read again. */
  body?: string | UploadContent;
  /** Whose failures the call shares; default: those of its API family. */
  circuit?: string;
  /** A POST that may be sent twice without harm, e.g. because it carries a request id. */
  idempotent?: boolean;
  /** For calls that carry their own authorization: on whose behalf. */
  actingAs?: 'user' | 'app';
  /** Statuses besides 2xx that are an answer and no failure. */
  accept?: readonly number[];
  /** Where an answer that is read as a whole is given up; default: what a list page may have. */
  maximumBytes?: number;
  /** Asked before more bytes of such an answer are held, e.g. by whoever has a budget for all answers; false gives the answer up. */
  admit?: (bytes: number) => boolean;
  /**
   * Which statuses say that the API itself is away and count for its circuit; default: every 5xx, and silence until the deadline. Where they
   * are named, silence says how patient the caller was.
   */
  outages?: readonly number[];
}

export function isAnswer(status: number, { accept }: Call): boolean {
  return (status >= 200 && status < 300) || accept?.includes(status) === true;
}

export function isOutage(status: number, { outages }: Call): boolean {
  return outages === undefined ? status >= 500 : outages.includes(status);
}

export function isIdempotent(call: Call): boolean {
  return call.idempotent ?? (call.method !== 'POST' && call.method !== 'PATCH');
}

export function canBeSent({ body }: Call): boolean {
  return !(body instanceof UploadContent) || body.canBeSent;
}

export function queryText(query: Call['query']): string {
  if (query === undefined) return '';
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
