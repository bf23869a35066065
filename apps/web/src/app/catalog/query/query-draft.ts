import { computed, inject, linkedSignal, Service } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import { type QueryDefinition, queryFrom, queryParams } from './query-definition';

/** What hangs below the builder. */
export type QueryPanel = 'result' | 'history' | 'saved';

const same = { equal: (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b) };

/** The query as it stands in the builder, and the one whose result is shown: both are the URL. */
@Service({ autoProvided: false })
export class QueryDraft {
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly params = toSignal(this.route.queryParamMap, { requireSync: true });
  private readonly inUrl = computed(() => queryFrom(this.params()), same);

  /** Ahead of the URL for the moment that a navigation takes. */
  private readonly present = linkedSignal(() => this.inUrl());
  readonly definition = this.present.asReadonly();
  readonly queryId = computed(() => this.params().get('query') ?? undefined);
  readonly panel = computed<QueryPanel>(() => {
    const shown = this.params().get('show');
    return shown === 'history' || shown === 'saved' ? shown : 'result';
  });

  /** Changes the query without a step for the Back button. Another question begins with its first rows. */
  change(change: Partial<QueryDefinition>): void {
    this.present.update((before) => ({ ...before, offset: 0, ...change }));
    void this.navigate({ ...queryParams(this.present()) }, true);
  }

  /** Shows what came of a query, at an address of its own. */
  showResult(queryId: string): void {
    void this.navigate({ ...queryParams(this.present()), query: queryId, show: null }, false);
  }

  /** Takes over another query whole, with nothing run yet. */
  open(definition: QueryDefinition): void {
    this.present.set(definition);
    void this.navigate({ ...queryParams(definition), query: null, show: null }, false);
  }

  show(panel: QueryPanel): void {
    void this.navigate({ show: panel === 'result' ? null : panel }, true);
  }

  private navigate(queryParams: Record<string, unknown>, replaceUrl: boolean): Promise<boolean> {
    return this.router.navigate([], {
      relativeTo: this.route,
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl,
    });
  }
}
