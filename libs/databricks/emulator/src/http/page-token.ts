import { invalidParameter } from './refusals';

/** Names the list a token belongs to, so that a token of one list is refused by another. */
function scopeOf(list: readonly string[]): string {
  return list.join(' ');
}

/** An opaque `next_page_token`: where the next page of this list starts. */
export function encodePageToken(list: readonly string[], after: string): string {
  return Buffer.from(JSON.stringify([scopeOf(list), after]), 'utf8').toString('base64url');
}

/** The last name of the previous page, or undefined for the first page. */
export function decodePageToken(list: readonly string[], token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    content = undefined;
  }
  if (Array.isArray(content)) {
    const [scope, after] = content as unknown[];
    if (scope === scopeOf(list) && typeof after === 'string') return after;
  }
  throw invalidParameter('Invalid page_token');
}
