import { decodePageToken, encodePageToken } from './page-token';
import { queryText } from './query';
import { invalidParameter } from './refusals';

export interface Dated {
  readonly id: number | string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface PageRequest {
  /** Names the list, so that no other one takes its tokens. */
  readonly list: readonly string[];
  /** Of the request, which may hold a `page_token`. */
  readonly query: unknown;
  /** How many items a page may have. */
  readonly limit: number;
}

/**
 * One page of a list that has its newest first, and the token of the next one, where there is one. The item a page ended
 * with may be gone when the next one is asked for: that goes on with the first that is no newer, so it leaves none out.
 */
export function pageOfNewest<Item extends Dated>(
  items: readonly Item[],
  { list, query, limit }: PageRequest,
): { page: readonly Item[]; next: string | undefined } {
  const token = decodePageToken(list, queryText(query, 'page_token'));
  const rest = token === undefined ? items : itemsAfter(items, token);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const next =
    last !== undefined && rest.length > page.length
      ? encodePageToken(list, JSON.stringify([last.createdAt, String(last.id)]))
      : undefined;
  return { page, next };
}

function itemsAfter<Item extends Dated>(items: readonly Item[], token: string): readonly Item[] {
  const { createdAt, id } = placeOf(token);
  const at = items.findIndex((item) => String(item.id) === id);
  if (at !== -1) return items.slice(at + 1);
  const older = items.findIndex((item) => item.createdAt <= createdAt);
  return older === -1 ? [] : items.slice(older);
}

function placeOf(token: string): { readonly createdAt: number; readonly id: string } {
  let place: unknown;
  try {
    place = JSON.parse(token);
  } catch {
    place = undefined;
  }
  if (Array.isArray(place)) {
    const [createdAt, id] = place as unknown[];
    if (typeof createdAt === 'number' && typeof id === 'string') return { createdAt, id };
  }
  throw invalidParameter('Invalid page_token');
}
