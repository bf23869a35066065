import type { BucketStore, StoredObject } from './bucket-store';
import { invalidArgument } from './s3-error';

export interface ListQuery {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  /** Keys and common prefixes up to this one are left out. */
  readonly after: string;
  readonly maxKeys: number;
}

export interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** The last name of this page when there are more. */
  readonly next: string | undefined;
}

/** One page of a listing. What is removed while it is made is left out, so a page may be shorter than asked for. */
export async function listObjects(
  objects: BucketStore,
  { prefix, delimiter, after, maxKeys }: ListQuery,
): Promise<ListPage> {
  if (maxKeys === 0) return { objects: [], prefixes: [], next: undefined };
  const commonPrefix = (key: string): string | undefined => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : key.slice(0, end + delimiter.length);
  };
  // A page that ended with a common prefix goes on behind all of it.
  const told = after.startsWith(prefix) && commonPrefix(after) === after ? after : undefined;
  const wanted = { prefix, after, skip: told };
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let isTruncated = false;
  for await (const key of objects.keys(wanted)) {
    if (keys.length + prefixes.length === maxKeys) {
      isTruncated = true;
      break;
    }
    const common = commonPrefix(key);
    if (common === undefined) keys.push(key);
    else {
      prefixes.push(common);
      wanted.skip = common;
    }
    last = common ?? key;
  }
  const found = keys.map((key) => objects.findListed(key));
  return {
    objects: found.filter((object) => object !== undefined),
    prefixes,
    next: isTruncated ? last : undefined,
  };
}

/** Opaque to clients; holds where the next page begins. */
export function continuationToken(after: string): string {
  return `1${Buffer.from(after).toString('base64url')}`;
}

/** Throws InvalidArgument for a token that is none of ours. */
export function readContinuationToken(token: string): string {
  const after = Buffer.from(token.slice(1), 'base64url').toString('utf8');
  if (after !== '' && continuationToken(after) === token) return after;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

/** `max-keys`, `max-parts`, `max-uploads`: at most a thousand, whatever is asked for. */
export function readMaximum(name: string, text: string | undefined): number {
  if (text === undefined || text === '') return 1000;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Math.min(Number(text), 1000);
  throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
}
