import { PlatformError } from './platform-error';
import { defaults } from './defaults';

export interface Page<T> {
  items: T[];
  nextPageToken: string | undefined;
}

/**
 * Follows page tokens to the end. An empty page with a token is legal and goes on; a token that came before would go on for ever, so it
 * ends in an error.
 */
export async function* followPages<T>(
  fetchPage: (pageToken: string | undefined) => Promise<Page<T>>,
  maxPages: number = defaults.maxPages,
): AsyncGenerator<T, void, undefined> {
  const seen = new Set<string>();
  let token: string | undefined;
  for (let count = 0; count < maxPages; count++) {
    const page = await fetchPage(token);
    yield* page.items;
    if (page.nextPageToken === undefined || page.nextPageToken === '') return;
    if (seen.has(page.nextPageToken)) {
      throw new PlatformError('upstream', 'The platform repeated a page token, so the listing would never end');
    }
    seen.add(page.nextPageToken);
    token = page.nextPageToken;
  }
  throw new PlatformError('upstream', `The listing did not end after ${maxPages} pages`);
}
