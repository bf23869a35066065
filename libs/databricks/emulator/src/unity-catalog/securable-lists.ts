import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText } from '../http/query';
import type { Principal } from '../identity/directory';
import type { Lookup } from './lookup';
import { nameOf, type Securable, type SecurableType } from './securables';

export interface PageSize {
  readonly usual: number;
  readonly maximum: number;
}

/** Something a list shows: wholly, or only that it is there. */
export interface Listed {
  readonly securable: Securable;
  readonly browseOnly: boolean;
}

export interface ListedPage {
  readonly items: readonly Listed[];
  readonly next: { next_page_token?: string };
}

const PAGE: PageSize = { usual: 100, maximum: 1000 };

/**
 * Lists of what lies directly in something. A page is cut first and filtered by rights afterwards, as the platform does:
 * it may be empty and still have a successor, which clients must follow.
 */
export class SecurableLists {
  constructor(private readonly lookup: Lookup) {}

  page(caller: Principal, query: unknown, type: SecurableType, parent?: string, size: PageSize = PAGE): ListedPage {
    const { metastore } = this.lookup;
    const list = [type, parent?.toLowerCase() ?? ''];
    const after = decodePageToken(list, queryText(query, 'page_token'));
    const { items, more } = metastore.page(type, parent, after, pageLimit(query, 'max_results', size));
    const last = items.at(-1);
    return {
      items: items.flatMap((item) => this.shown(caller, query, item) ?? []),
      next: last !== undefined && more ? { next_page_token: encodePageToken(list, nameOf(last)) } : {},
    };
  }

  /** What the caller may use or, when he asks for that too, browse. */
  shown(caller: Principal, query: unknown, securable: Securable): Listed | undefined {
    const { rights } = this.lookup;
    if (rights.sees(caller, securable)) return { securable, browseOnly: false };
    return includesBrowse(query) && rights.may(caller, 'BROWSE', securable)
      ? { securable, browseOnly: true }
      : undefined;
  }

  /** One of them by its full name, with the rules of the list. */
  one(caller: Principal, query: unknown, type: SecurableType, fullName: string): Listed {
    if (!includesBrowse(query)) return { securable: this.lookup.require(caller, type, fullName), browseOnly: false };
    const securable = this.lookup.browse(caller, type, fullName);
    return { securable, browseOnly: !this.lookup.rights.sees(caller, securable) };
  }

  /** What a list is asked of; who may browse it may list what he may browse in it. */
  parent(caller: Principal, query: unknown, type: SecurableType, fullName: string): Securable {
    return this.one(caller, query, type, fullName).securable;
  }
}

export function isTrue(query: unknown, name: string): boolean {
  return queryText(query, name)?.toLowerCase() === 'true';
}

function includesBrowse(query: unknown): boolean {
  return isTrue(query, 'include_browse');
}
