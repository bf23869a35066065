import type { CallOptions } from './send';

/** A list of the contract: a function that answers with one page of it. */
export interface Pages<Parameters, Item> {
  (parameters: Parameters, options?: CallOptions): Promise<{ items: Item[]; next_cursor: string | null }>;
  readonly cursorIn: 'query' | 'body';
}

/**
 * All items of a list, page after page: the next page is asked for when the items of the one before are used up. `limit` in the
 * parameters is the size of a page. A page that fails for good rejects; items before it have been handed out.
 */
export async function* paginate<Parameters extends object, Item>(
  list: Pages<Parameters, Item>,
  ...[parameters, options]: Record<never, never> extends Parameters
    ? [parameters?: Parameters, options?: CallOptions]
    : [parameters: Parameters, options?: CallOptions]
): AsyncGenerator<Item, void, undefined> {
  let given = (parameters ?? {}) as Parameters;
  for (;;) {
    const { items, next_cursor: cursor } = await list(given, options);
    yield* items;
    if (cursor === null) return;
    const place = (given as Record<string, object | undefined>)[list.cursorIn];
    given = { ...given, [list.cursorIn]: { ...place, cursor } };
  }
}
