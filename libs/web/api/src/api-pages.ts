import { computed, inject, linkedSignal, resource, signal, type Signal } from '@angular/core';
import { Api } from './api';
import { type ApiResource, apiResource } from './api-resource';
import { type AnswerOf, type GeneratedRequest, type OptionsOf } from './generated-request';
import { type Problem, problemFrom } from './problem';
import { TextApi } from './text-api';

/** One page of a list, as every list of the API answers. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** A list of the API that grows page by page and starts over when its parameters change. */
export interface ApiPages<T> {
  readonly items: Signal<readonly T[]>;
  readonly hasMore: Signal<boolean>;
  /** The first page is on its way: nothing of the list can be shown yet. */
  readonly isLoading: Signal<boolean>;
  readonly isLoadingMore: Signal<boolean>;
  readonly problem: Signal<Problem | undefined>;
  loadMore(): Promise<void>;
  reload(): void;
}

type ItemOf<F extends GeneratedRequest> = AnswerOf<F> extends Page<infer Item> ? Item : never;

/** `options` gets the cursor of the page to ask for and answers undefined when there is nothing to list. */
export function apiPages<F extends GeneratedRequest>(
  request: F,
  options: (cursor: string | undefined) => OptionsOf<F> | undefined,
): ApiPages<ItemOf<F>> {
  type Item = ItemOf<F>;
  const api = inject(Api);
  const first = apiResource(request, () => options(undefined));
  return growing<Item>({ ...first, value: computed(() => first.value() as Page<Item> | undefined) }, async (cursor) => {
    const asked = options(cursor);
    return asked && ((await api.invoke(request, asked)) as Page<Item>);
  });
}

/** The same of answers that are taken as text, because JavaScript's numbers would change theirs: `read` makes a page of one. */
export function textPages<F extends GeneratedRequest, Item>(
  request: F,
  options: (cursor: string | undefined) => OptionsOf<F> | undefined,
  read: (text: string) => Page<Item>,
): ApiPages<Item> {
  const api = inject(TextApi);
  const load = async (asked: OptionsOf<F>, signal: AbortSignal): Promise<Page<Item>> =>
    read((await api.send(request, asked, { signal })).text);
  const first = resource({
    params: () => options(undefined),
    loader: ({ params, abortSignal }) => load(params, abortSignal),
  });
  return growing<Item>(
    {
      value: computed(() => (first.hasValue() ? first.value() : undefined)),
      problem: computed(() => {
        const error = first.error();
        return error === undefined ? undefined : problemFrom(error);
      }),
      isLoading: first.isLoading,
      reload: () => void first.reload(),
    },
    async (cursor) => {
      const asked = options(cursor);
      return asked && load(asked, new AbortController().signal);
    },
  );
}

/** `next` asks for the page of a cursor, with the parameters of the moment. */
function growing<Item>(
  first: Pick<ApiResource<Page<Item>>, 'value' | 'problem' | 'isLoading' | 'reload'>,
  next: (cursor: string) => Promise<Page<Item> | undefined>,
): ApiPages<Item> {
  const isLoadingMore = signal(false);
  const later = linkedSignal<
    Page<Item> | undefined,
    { items: readonly Item[]; next: string | null; problem?: Problem }
  >({
    source: first.value,
    computation: (present) => ({ items: [], next: present?.next_cursor ?? null }),
  });

  async function loadMore(): Promise<void> {
    const before = later();
    const started = first.value();
    if (before.next === null || isLoadingMore()) return;
    isLoadingMore.set(true);
    try {
      const page = await next(before.next);
      // The parameters may have changed meanwhile; a page of the former list must not end up in this one.
      if (page !== undefined && first.value() === started)
        later.set({ items: [...before.items, ...page.items], next: page.next_cursor });
    } catch (error) {
      if (first.value() === started) later.set({ ...before, problem: problemFrom(error) });
    } finally {
      isLoadingMore.set(false);
    }
  }

  return {
    items: computed(() => [...(first.value()?.items ?? []), ...later().items]),
    hasMore: computed(() => later().next !== null),
    isLoading: first.isLoading,
    isLoadingMore: isLoadingMore.asReadonly(),
    problem: computed(() => first.problem() ?? later().problem),
    loadMore,
    reload: first.reload,
  };
}
