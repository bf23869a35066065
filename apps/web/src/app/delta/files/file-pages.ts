import { computed, inject, linkedSignal, signal, type Signal } from '@angular/core';
import {
  Api,
  apiResource,
  listTableFiles,
  type ListFilesRequest,
  type Problem,
  problemFrom,
  type TableFileDto,
  type TableFilesDto,
} from '@lakescope/web-api';

const PAGE_SIZE = 200;

/** A list of files of which only what is in sight is fetched, wherever in the list that is. */
export interface FilePages {
  /** Undefined until the first answer. */
  readonly total: Signal<number | undefined>;
  readonly isLoading: Signal<boolean>;
  readonly problem: Signal<Problem | undefined>;
  /** The file at a place of the list, once it is there. */
  at(row: number): TableFileDto | undefined;
  /** Fetches what of these rows is not there yet. */
  want(firstRow: number, endRow: number): void;
  reload(): void;
}

interface Loaded {
  readonly first: TableFilesDto | undefined;
  readonly pages: ReadonlyMap<number, readonly TableFileDto[]>;
  readonly problem?: Problem;
}

/** `query` answers undefined as long as there is nothing to list. */
export function filePages(query: () => ListFilesRequest | undefined): FilePages {
  const api = inject(Api);
  const first = apiResource(listTableFiles, () => {
    const body = query();
    return body === undefined ? undefined : { body: { ...body, offset: 0, limit: PAGE_SIZE } };
  });
  const loaded = linkedSignal<TableFilesDto | undefined, Loaded>({
    source: first.value,
    computation: (answer) => ({ first: answer, pages: new Map(answer ? [[0, answer.items]] : []) }),
  });
  const underWay = new Set<string>();
  const asked = signal(0);

  async function fetchPage(page: number): Promise<void> {
    const started = first.value();
    const body = query();
    // Of the version that the first page is of: the latest may be another one by now.
    const key = `${page} ${JSON.stringify(body)} ${started?.version ?? ''}`;
    if (started === undefined || body === undefined || underWay.has(key)) return;
    underWay.add(key);
    asked.update((count) => count + 1);
    try {
      const { items } = await api.invoke(listTableFiles, {
        body: { ...body, version: started.version, offset: page * PAGE_SIZE, limit: PAGE_SIZE },
      });
      loaded.update((before) =>
        before.first === started ? { first: started, pages: new Map(before.pages).set(page, items) } : before,
      );
    } catch (error) {
      loaded.update((before) => (before.first === started ? { ...before, problem: problemFrom(error) } : before));
    } finally {
      underWay.delete(key);
      asked.update((count) => count - 1);
    }
  }

  return {
    total: computed(() => first.latest()?.total),
    isLoading: computed(() => first.isLoading() || asked() > 0),
    problem: computed(() => first.problem() ?? loaded().problem),
    at: (row) => loaded().pages.get(Math.floor(row / PAGE_SIZE))?.[row % PAGE_SIZE],
    want: (firstRow, endRow) => {
      const { pages, problem } = loaded();
      if (problem !== undefined) return;
      for (let page = Math.floor(firstRow / PAGE_SIZE); page * PAGE_SIZE < endRow; page += 1) {
        if (!pages.has(page)) void fetchPage(page);
      }
    },
    reload: first.reload,
  };
}
