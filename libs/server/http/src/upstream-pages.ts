import type { Page } from '@lakescope/databricks-client';

/** Where a list of ours goes on: a page of the platform, and how many of its items were given out already. */
export interface UpstreamPosition {
  token?: string;
  skip: number;
}

/** Empty pages with a token are legal; after so many of them the caller is told to come back for more. */
const MAX_PAGES = 20;

/**
 * Makes one page of ours from as many of the platform's as it takes: they may be short, empty or longer than asked for, and only a
 * missing token is the end.
 */
export async function collectPage<T>(
  limit: number,
  start: UpstreamPosition,
  fetchPage: (pageToken: string | undefined, size: number) => Promise<Page<T>>,
): Promise<{ items: T[]; next: UpstreamPosition | undefined }> {
  const items: T[] = [];
  let { token, skip } = start;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items: found, nextPageToken } = await fetchPage(token, limit);
    const taken = found.slice(skip, skip + limit - items.length);
    items.push(...taken);
    const used = skip + taken.length;
    if (used < found.length) return { items, next: position(token, used) };
    if (nextPageToken === undefined || nextPageToken === '') return { items, next: undefined };
    skip = Math.max(skip - found.length, 0);
    token = nextPageToken;
    if (items.length >= limit) break;
  }
  return { items, next: position(token, skip) };
}

function position(token: string | undefined, skip: number): UpstreamPosition {
  return token === undefined ? { skip } : { token, skip };
}
