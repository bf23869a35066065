import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalidUri } from './s3-error';

/** What a request names: nothing (the service), a bucket, or an object of it. */
export interface S3Target {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** The path as a signature sees it: decoded, then encoded in the one way of Signature Version 4. */
  readonly canonicalPath: string;
  /** Decoded, in the order of the request. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** A request on its way through the endpoint. */
export interface S3Request extends S3Target {
  readonly method: string;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads path-style (`/bucket/key`) and `bucket.localhost` addresses. Throws InvalidURI. */
export function readTarget(url: string, host: string | undefined): S3Target {
  const absolute = /^https?:\/\/[^/?]*(.*)$/is.exec(url)?.[1];
  const [, rawPath = '', rawQuery = ''] = /^([^?]*)\??(.*)$/s.exec(absolute ?? url) ?? [];
  const path = rawPath === '' ? '/' : rawPath;
  if (!path.startsWith('/')) throw invalidUri();
  const decoded = decode(path);
  const virtual = /^(.+)\.localhost(?::\d+)?$/i.exec(host ?? '')?.[1];
  const [, bucket = '', key] = /^\/([^/]*)(?:\/(.*))?$/s.exec(decoded) ?? [];
  const target = virtual === undefined ? { bucket, key } : { bucket: virtual, key: decoded.slice(1) };
  return {
    bucket: target.bucket === '' ? undefined : target.bucket,
    key: target.key === '' ? undefined : target.key,
    canonicalPath: decoded.split('/').map(encodeUri).join('/'),
    query: rawQuery
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
        return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))] as const;
      }),
  };
}

/** The first value of a query parameter; undefined when it is not there. */
export function queryValue({ query }: Pick<S3Target, 'query'>, name: string): string | undefined {
  return query.find(([found]) => found === name)?.[1];
}

/** A header as one string; undefined when it is not there. */
export function headerOf(message: IncomingMessage, name: string): string | undefined {
  const values = message.headersDistinct[name];
  return values === undefined ? undefined : values.join(',');
}

/** Percent-encoding as signatures want it: everything but letters, digits and `-._~`. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Percent-decoding into strict UTF-8. Throws InvalidURI. */
export function decode(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) throw invalidUri();
  // What is not ASCII in a request line reaches us one character per byte.
  if (!/%|\P{ASCII}/u.test(text)) return text;
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    // Bytes that are no UTF-8 name no key.
    throw invalidUri();
  }
}
