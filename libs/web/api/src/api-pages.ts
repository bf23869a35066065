import { computed, inject, linkedSignal, signal, type Signal } from '@angular/core';
import { Api } from './api';
import { apiResource } from './api-resource';
import { type AnswerOf, type GeneratedRequest, type OptionsOf } from './generated-request';
import { type Problem, problemFrom } from './problem';

interface Page<T> {
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
  const page = computed(() => first.value() as Page<Item> | undefined);
  const isLoadingMore = signal(false);
  const later = linkedSignal<
    Page<Item> | undefined,
    { items: readonly Item[]; next: string | null; problem?: Problem }
  >({
    source: page,
    computation: (present) => ({ items: [], next: present?.next_cursor ?? null }),
  });

  async function loadMore(): Promise<void> {
    const before = later();
    const started = page();
    const asked = before.next === null ? undefined : options(before.next);
    if (asked === undefined || isLoadingMore()) return;
    isLoadingMore.set(true);
    try {
      const next = (await api.invoke(request, asked)) as Page<Item>;
      // The parameters may have changed meanwhile; a page of the former list must not end up in this one.
      if (page() === started) later.set({ items: [...before.items, ...next.items], next: next.next_cursor });
    } catch (error) {
      if (page() === started) later.set({ ...before, problem: problemFrom(error) });
    } finally {
      isLoadingMore.set(false);
    }
  }

  return {
    items: computed(() => [...(page()?.items ?? []), ...later().items]),
    hasMore: computed(() => later().next !== null),
    isLoading: first.isLoading,
    isLoadingMore: isLoadingMore.asReadonly(),
    problem: computed(() => first.problem() ?? later().problem),
    loadMore,
    reload: first.reload,
  };
}
