import {
  Component,
  computed,
  effect,
  inject,
  Injector,
  input,
  runInInjectionContext,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { apiPages, listServingEndpoints } from '@lakescope/web-api';
import { type Breadcrumb, Breadcrumbs, EmptyState, Notice, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { runClock } from '../../catalog/query/run-clock';
import { AnswerView } from '../ask/answer-view';
import { endpointSchema } from '../ask/endpoint-schema';
import { Invocation } from '../ask/invocation';
import { COMPARISON } from '../comparison-address';
import { mayOnlyLook } from '../endpoint-states';
import { schemaOf } from '../form/json-schema';
import { RequestDraft } from '../form/request-draft';
import { RequestEditor } from '../form/request-editor';
import { JsonDiffView } from '../json/json-diff-view';

const A_PAGE = 500;
const TIMEOUT_S = 60;

type Side = 'left' | 'right';

/** Two endpoints asked the same at once: what each answers, how long it takes, and where the answers differ. */
@Component({
  selector: 'ls-compare-page',
  imports: [
    AnswerView,
    Breadcrumbs,
    EmptyState,
    JsonDiffView,
    MatButton,
    Notice,
    ProblemBanner,
    RequestEditor,
    RouterLink,
    Skeleton,
  ],
  providers: [RequestDraft],
  templateUrl: './compare-page.html',
  styleUrl: './compare-page.css',
})
export class ComparePage {
  /** Query parameters: names of endpoints. */
  readonly left = input<string>();
  readonly right = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly injector = inject(Injector);
  protected readonly draft = inject(RequestDraft);
  protected readonly crumbs: readonly Breadcrumb[] = [
    { label: $localize`Serving`, link: '/serving' },
    { label: $localize`Compare`, link: COMPARISON },
  ];
  protected readonly endpoints = apiPages(listServingEndpoints, (cursor) => ({
    query: { limit: A_PAGE, ...(cursor === undefined ? {} : { cursor }) },
  }));
  protected readonly names = computed(() => this.endpoints.items().map(({ name }) => name));
  /** What the left one takes, both are asked. */
  protected readonly found = endpointSchema(() => {
    const endpoint = this.endpoints.items().find(({ name }) => name === this.left());
    return endpoint && { name: endpoint.name, updatedAt: endpoint.updated_at };
  });
  protected readonly schema = this.found.schema;
  protected readonly example = computed(() => {
    const example = this.schema()?.example_json;
    return example == null ? undefined : JSON.stringify(example, null, 2);
  });
  /** The request that was last put there for somebody: one that was changed by hand is not replaced. */
  private readonly given = signal('{}');
  private readonly invocations: Readonly<Record<Side, Invocation>> = {
    left: runInInjectionContext(this.injector, () => new Invocation()),
    right: runInInjectionContext(this.injector, () => new Invocation()),
  };
  protected readonly sides = computed(() =>
    (['left', 'right'] as const).map((side) => {
      const name = side === 'left' ? this.left() : this.right();
      const endpoint = this.endpoints.items().find((one) => one.name === name);
      const invocation = this.invocations[side];
      const state = invocation.state();
      return {
        side,
        name,
        link: ['/serving', name ?? ''],
        label: side === 'left' ? $localize`Left endpoint` : $localize`Right endpoint`,
        isLookOnly: endpoint !== undefined && mayOnlyLook(endpoint),
        isUnderWay: state.kind === 'waiting',
        clock: runClock(invocation.elapsedMs()),
        answered: state.kind === 'answered' ? state : undefined,
        problem: state.kind === 'failed' ? state.problem : undefined,
      };
    }),
  );
  /** Both answers of the same request; those of an older one are gone when it is asked again. */
  protected readonly answers = computed(() => {
    const [one, other] = this.sides().map(({ answered, name }) => ({ json: answered?.answer.predictions, name }));
    if (one?.json === undefined || other?.json === undefined) return undefined;
    return { left: one.json, right: other.json, leftName: one.name ?? '', rightName: other.name ?? '' };
  });
  protected readonly isUnderWay = computed(() => this.sides().some(({ isUnderWay }) => isUnderWay));
  protected readonly canAsk = computed(
    () =>
      this.sides().every(({ name, isLookOnly }) => name !== undefined && !isLookOnly) &&
      this.draft.canBeSent() &&
      !this.isUnderWay(),
  );
  /** One that is not in the list is gone, or not for oneself to see: nothing is known of what it takes. */
  protected readonly isUnknown = computed(
    () => !this.endpoints.isLoading() && !this.endpoints.hasMore() && !this.names().includes(this.left() ?? ''),
  );
  private readonly present = computed(() => `${this.left()}\n${this.right()}`);

  constructor() {
    effect(() => {
      const schema = this.schema();
      if (schema === undefined) return;
      untracked(() => {
        this.draft.described.set(schemaOf(schema.schema));
        if (this.draft.text() !== this.given()) return;
        this.given.set(this.example() ?? '{}');
        this.draft.text.set(this.given());
      });
    });
    // Two of all endpoints can be chosen, so all of them are here.
    effect(() => {
      if (this.endpoints.hasMore() && !this.endpoints.isLoadingMore() && !this.endpoints.problem()) {
        void this.endpoints.loadMore();
      }
    });
    // Answers of other endpoints say nothing about these.
    effect(() => {
      this.present();
      untracked(() => this.stop());
    });
  }

  protected choose(side: Side, event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { [side]: value === '' ? null : value },
      queryParamsHandling: 'merge',
    });
  }

  /** Both at once: neither waits for the other. */
  protected ask(): void {
    for (const { side, name } of this.sides()) {
      if (name === undefined) continue;
      void this.invocations[side].ask({
        endpoint: name,
        inputs: this.draft.text(),
        timeoutSeconds: TIMEOUT_S,
        validate: false,
        isLater: false,
        servedEntity: undefined,
      });
    }
  }

  protected stop(): void {
    this.invocations.left.stop();
    this.invocations.right.stop();
  }
}
