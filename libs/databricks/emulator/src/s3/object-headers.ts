import type { IncomingMessage } from 'node:http';
import type { StoredObject, WriteCondition } from './bucket-store';
import { invalidArgument, invalidRequest, notImplemented, preconditionFailed, S3Error } from './s3-error';
import { quoted, unquoted } from './s3-answer';
import { headerOf, queryValue, type S3Target } from './s3-request';

const KEPT = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];
const MOST_METADATA_BYTES = 2048;
/** What these ask for would silently not happen. */
const UNSUPPORTED = [
  'x-amz-tagging',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-legal-hold',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-write-offset-bytes',
  'x-amz-website-redirect-location',
];
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

/** Headers of an upload that its object keeps. Throws MetadataTooLarge, or NotImplemented for what is not kept here. */
export function keptHeaders(message: IncomingMessage): Record<string, string> {
  const unsupported = UNSUPPORTED.find((name) => headerOf(message, name) !== undefined);
  if (unsupported !== undefined) throw notImplemented(unsupported);
  const kept: Record<string, string> = {};
  let metadataBytes = 0;
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    const value = (values ?? []).join(',');
    if (name.startsWith('x-amz-meta-')) metadataBytes += name.length - 'x-amz-meta-'.length + value.length;
    if (KEPT.includes(name) || name.startsWith('x-amz-meta-')) kept[name] = value;
  }
  if (metadataBytes > MOST_METADATA_BYTES) {
    throw new S3Error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(metadataBytes),
      MaxSizeAllowed: String(MOST_METADATA_BYTES),
    });
  }
  const encodings = (headerOf(message, 'content-encoding') ?? '').split(',').map((encoding) => encoding.trim());
  const own = encodings.filter((encoding) => encoding !== '' && encoding !== 'aws-chunked');
  return own.length === 0 ? kept : { ...kept, 'content-encoding': own.join(',') };
}

/** `If-None-Match: *` and `If-Match` of a write. Another `If-None-Match` is no condition S3 knows for writes. */
export function writeCondition(message: IncomingMessage): WriteCondition {
  const noneMatch = headerOf(message, 'if-none-match');
  const match = headerOf(message, 'if-match');
  if (noneMatch !== undefined && noneMatch.trim() !== '*') throw notImplemented('If-None-Match');
  if (noneMatch !== undefined && match !== undefined) {
    throw invalidRequest('If-Match and If-None-Match cannot be used together');
  }
  return {
    ...(noneMatch === undefined ? {} : { absent: true }),
    ...(match === undefined ? {} : { etag: unquoted(match) }),
  };
}

/** What reading an object depends on; a copy says the same of its source under other names. */
export interface ReadConditions {
  readonly match?: string | undefined;
  readonly noneMatch?: string | undefined;
  readonly modifiedSince?: string | undefined;
  readonly unmodifiedSince?: string | undefined;
}

export function readConditions(message: IncomingMessage, prefix = ''): ReadConditions {
  return {
    match: headerOf(message, `${prefix}if-match`),
    noneMatch: headerOf(message, `${prefix}if-none-match`),
    modifiedSince: headerOf(message, `${prefix}if-modified-since`),
    unmodifiedSince: headerOf(message, `${prefix}if-unmodified-since`),
  };
}

/** In the order of RFC 9110, 13.2.2. Throws PreconditionFailed. */
export function evaluate(conditions: ReadConditions, object: StoredObject): 'send' | 'not modified' {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  if (match !== undefined) {
    if (!names(match, object.etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && seconds(object.modifiedAt) > time(unmodifiedSince)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return names(noneMatch, object.etag) ? 'not modified' : 'send';
  // A date in the future, or none at all, is no condition.
  const since = modifiedSince === undefined ? NaN : time(modifiedSince);
  return seconds(object.modifiedAt) <= since && since <= Date.now() ? 'not modified' : 'send';
}

/** How an object is described in the answer to GET and HEAD. */
export function objectHeaders(object: StoredObject, message: IncomingMessage): Record<string, string> {
  const withChecksum = headerOf(message, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const { checksum } = object;
  return {
    'content-type': 'binary/octet-stream',
    ...object.headers,
    'accept-ranges': 'bytes',
    etag: quoted(object.etag),
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    ...(withChecksum && checksum !== undefined
      ? { [`x-amz-checksum-${checksum.name}`]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {}),
  };
}

/** `response-content-type` and the like in the query of a GET. Throws InvalidArgument for what can be no header. */
export function overriddenHeaders(target: S3Target): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = queryValue(target, `response-${name}`);
    if (value === undefined) continue;
    if (/\p{Cc}/u.test(value)) throw invalidArgument('Header value cannot be represented', `response-${name}`, value);
    // One character per byte, as headers are sent.
    headers[name] = Buffer.from(value).toString('latin1');
  }
  return headers;
}

function names(header: string, etag: string): boolean {
  return header.split(',').some((one) => one.trim() === '*' || unquoted(one) === etag);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

function time(header: string): number {
  return Date.parse(header);
}
