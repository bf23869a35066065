import { Component, computed, effect, inject, input, linkedSignal, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router } from '@angular/router';
import { type ServingEndpointDetailDto } from '@lakescope/web-api';
import { Countdown, EmptyState, Notice, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { runClock } from '../../catalog/query/run-clock';
import { mayOnlyLook } from '../endpoint-states';
import { schemaOf } from '../form/json-schema';
import { RequestDraft } from '../form/request-draft';
import { RequestEditor } from '../form/request-editor';
import { type Answer } from './answer';
import { AnswerView } from './answer-view';
import { endpointSchema } from './endpoint-schema';
import { Invocation, LONGEST_LATER_S, LONGEST_TIMEOUT_S, type Question } from './invocation';
import { inputProblems } from './input-problems';
import { SnippetMenu } from './snippet-menu';

const USUAL_TIMEOUT_S = 30;
/** A request that the browser remembers with its page; a larger one is not put there. */
const LARGEST_REMEMBERED = 500_000;
/** A model that is not up by then has another trouble than waking. */
const MOST_TRIES = 20;

/** One endpoint tried: the request on the left, what comes of it on the right. */
@Component({
  selector: 'ls-try-view',
  imports: [AnswerView, Countdown, EmptyState, MatButton, Notice, ProblemBanner, RequestEditor, Skeleton, SnippetMenu],
  providers: [Invocation],
  host: { '(keydown)': 'askOnEnter($event)' },
  templateUrl: './try-view.html',
  styleUrl: './try-view.css',
})
export class TryView {
  readonly endpoint = input.required<ServingEndpointDetailDto>();
  /** Query parameter: an invocation that is answered later, to be taken up again. */
  readonly pending = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  protected readonly draft = inject(RequestDraft);
  protected readonly invocation = inject(Invocation);
  protected readonly found = endpointSchema(() => {
    const { name, updated_at: updatedAt } = this.endpoint();
    return { name, updatedAt };
  });
  protected readonly schema = this.found.schema;
  protected readonly example = computed(() => {
    const example = this.schema()?.example_json;
    return example == null ? undefined : JSON.stringify(example, null, 2);
  });
  protected readonly isLookOnly = computed(
    () => mayOnlyLook(this.endpoint()) || this.schema()?.status === 'PERMISSION_DENIED',
  );

  protected readonly hasDescription = computed(
    () => this.schema() !== undefined && this.schema()?.status !== 'PERMISSION_DENIED',
  );

  protected readonly isLater = signal(false);
  /** Nobody sits and waits for what is answered later, so it may take as long as the platform lets it. */
  protected readonly longestTimeout = computed(() => (this.isLater() ? LONGEST_LATER_S : LONGEST_TIMEOUT_S));
  protected readonly timeoutSeconds = linkedSignal<number>(() => (this.isLater() ? LONGEST_LATER_S : USUAL_TIMEOUT_S));
  protected readonly checksFirst = linkedSignal(() => this.schema()?.status === 'SUCCESS');
  protected readonly servedEntity = linkedSignal<string, string>({
    source: () => this.endpoint().name,
    computation: () => '',
  });
  protected readonly entities = computed(() => this.endpoint().entities.map(({ name }) => name));
  protected readonly question = computed<Question>(() => ({
    endpoint: this.endpoint().name,
    inputs: this.draft.text(),
    timeoutSeconds: this.timeoutSeconds(),
    validate: this.checksFirst(),
    isLater: this.isLater(),
    servedEntity: this.servedEntity() === '' ? undefined : this.servedEntity(),
  }));
  protected readonly canAsk = computed(
    () => !this.isLookOnly() && this.draft.canBeSent() && !this.invocation.isUnderWay(),
  );
  protected readonly clock = computed(() => runClock(this.invocation.elapsedMs()));
  protected readonly answered = computed(() => {
    const state = this.invocation.state();
    return state.kind === 'answered' ? state : undefined;
  });
  protected readonly failed = computed(() => {
    const state = this.invocation.state();
    return state.kind === 'failed' ? state : undefined;
  });
  protected readonly isWaking = computed(() => this.failed()?.problem.code === 'MODEL_UNAVAILABLE');
  /** Whether it is asked again by itself when the server said one may. */
  protected readonly keepsTrying = signal(false);
  private tries = 0;

  constructor() {
    // Whoever comes from the history brings a request along, and so does a reload while one is answered later.
    const brought = (history.state as Readonly<Record<string, unknown>> | null)?.['servingInputs'];
    if (typeof brought === 'string') this.draft.text.set(brought);
    effect(() => {
      const schema = this.schema();
      if (schema === undefined) return;
      untracked(() => {
        this.draft.described.set(schemaOf(schema.schema));
        if (this.draft.text() === '{}') this.draft.text.set(this.example() ?? '{}');
      });
    });
    effect(() => {
      const pending = this.pending();
      untracked(() => {
        if (pending !== undefined && this.invocation.requestId() !== pending && this.answered() === undefined) {
          void this.invocation.resume(pending);
        }
      });
    });
    // An invocation that is answered later is in the address as soon as it has an id: a reload takes it up.
    effect(() => {
      const requestId = this.invocation.requestId();
      if (requestId !== undefined) untracked(() => this.keepInAddress(requestId));
    });
    effect(() => {
      const problems = inputProblems(this.failed()?.problem);
      untracked(() => this.draft.report(problems));
    });
  }

  protected ask(): void {
    this.tries = 0;
    this.keepsTrying.set(false);
    this.send();
  }

  protected retry(): void {
    this.tries = 0;
    this.keepsTrying.set(false);
    this.goOn();
  }

  /** The server that waited for the model is gone. */
  protected askOnceMore({ requestId, canRerun }: Answer): void {
    if (!canRerun) return this.ask();
    this.keepInAddress(null);
    void this.invocation.askAgain(requestId, true);
  }

  protected askOnEnter(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !this.canAsk()) return;
    event.preventDefault();
    this.ask();
  }

  protected stop(): void {
    this.keepsTrying.set(false);
    this.invocation.stop();
    this.keepInAddress(null);
  }

  protected keepTrying(): void {
    this.keepsTrying.set(true);
    const retryAt = this.failed()?.retryAt;
    if (retryAt !== undefined && Date.parse(retryAt) <= Date.now()) this.tryAgain();
  }

  /** The time has come at which the server may be asked again. */
  protected tryAgain(): void {
    if (!this.keepsTrying()) return;
    this.tries += 1;
    if (this.tries >= MOST_TRIES) this.keepsTrying.set(false);
    this.goOn();
  }

  protected changeTimeout(event: Event): void {
    const seconds = Math.round(Number((event.target as HTMLInputElement).value));
    if (Number.isFinite(seconds)) this.timeoutSeconds.set(Math.min(this.longestTimeout(), Math.max(1, seconds)));
    (event.target as HTMLInputElement).value = String(this.timeoutSeconds());
  }

  protected switchCheck(event: Event): void {
    this.checksFirst.set((event.target as HTMLInputElement).checked);
  }

  protected switchLater(event: Event): void {
    this.isLater.set((event.target as HTMLInputElement).checked);
  }

  protected chooseEntity(event: Event): void {
    this.servedEntity.set((event.target as HTMLSelectElement).value);
  }

  /** What is answered later may be under way: it is looked after again. Anything else is asked anew. */
  private goOn(): void {
    const failed = this.failed();
    if (failed?.requestId === undefined || failed.problem.status === 404) this.send();
    else void this.invocation.resume(failed.requestId);
  }

  private send(): void {
    this.keepInAddress(null);
    void this.invocation.ask(this.question());
  }

  private keepInAddress(requestId: string | null): void {
    if ((this.pending() ?? null) === requestId) return;
    const inputs = this.draft.text();
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { pending: requestId },
      queryParamsHandling: 'merge',
      replaceUrl: true,
      ...(requestId === null || inputs.length > LARGEST_REMEMBERED ? {} : { state: { servingInputs: inputs } }),
    });
  }
}
