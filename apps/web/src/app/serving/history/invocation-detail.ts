import { Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { Api, cancelServingInvocation, type Problem, problemFrom } from '@lakescope/web-api';
import { ClippedText, CopyButton, Icon, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { AnswerView } from '../ask/answer-view';
import { Invocation } from '../ask/invocation';
import { JsonEditor } from '../json/json-editor';
import { intoSight } from './bring-into-sight';
import { keptInvocation } from './kept-invocation';

/** What took longer is answered later when it is asked again. */
const LONG_MS = 60_000;

/** One invocation of the history: what was asked, what came of it, and the same asked again. */
@Component({
  selector: 'ls-invocation-detail',
  imports: [AnswerView, ClippedText, CopyButton, Icon, JsonEditor, MatButton, ProblemBanner, Skeleton, TimeAgo],
  providers: [Invocation],
  templateUrl: './invocation-detail.html',
  styleUrls: ['../json/json-pane.css', './invocation-detail.css'],
})
export class InvocationDetail {
  readonly requestId = input.required<string>();
  readonly closed = output();
  /** It was asked again, and the history has one more; or it was cancelled, and stands otherwise. */
  readonly rerun = output();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly kept = keptInvocation(() => this.requestId());
  protected readonly invocation = computed(() => (this.kept.hasValue() ? this.kept.value() : undefined));
  protected readonly problem = computed(() => {
    const error = this.kept.error();
    return error === undefined ? undefined : problemFrom(error);
  });
  /** The same once more. */
  protected readonly again = inject(Invocation);
  protected readonly answered = computed(() => {
    const state = this.again.state();
    return state.kind === 'answered' ? state : undefined;
  });
  protected readonly againProblem = computed(() => {
    const state = this.again.state();
    return state.kind === 'failed' ? state.problem : undefined;
  });

  /** It is answered later, and not yet. */
  protected readonly goesOn = computed(() => {
    const status = this.invocation()?.answer.status;
    return status === 'PENDING' || status === 'RUNNING';
  });
  protected readonly isCancelling = signal(false);
  protected readonly cancelProblem = signal<Problem | undefined>(undefined);

  constructor() {
    const bring = intoSight();
    effect(() => {
      if (this.invocation() !== undefined) bring();
    });
    effect(() => {
      this.requestId();
      untracked(() => {
        this.again.stop();
        this.cancelProblem.set(undefined);
      });
    });
    effect(() => {
      if (this.answered() !== undefined || this.againProblem() !== undefined) untracked(() => this.rerun.emit());
    });
  }

  protected reload(): void {
    this.kept.reload();
  }

  /** The model is let go, though it may have acted already. What has ended meanwhile stays as it ended. */
  protected async cancel(): Promise<void> {
    this.isCancelling.set(true);
    this.cancelProblem.set(undefined);
    try {
      await this.api.invoke(cancelServingInvocation, { path: { request_id: this.requestId() } });
    } catch (error) {
      this.cancelProblem.set(problemFrom(error));
    } finally {
      this.isCancelling.set(false);
      this.kept.reload();
      this.rerun.emit();
    }
  }

  protected runAgain(): void {
    const answer = this.invocation()?.answer;
    if (answer?.canRerun !== true) return;
    const isLong = answer.status === 'INTERRUPTED' || (answer.executionTimeMs ?? 0) > LONG_MS;
    void this.again.askAgain(this.requestId(), isLong);
  }

  /** Into the form, to be changed and asked again. */
  protected edit(): void {
    const invocation = this.invocation();
    if (invocation?.inputs === undefined) return;
    void this.router.navigate(['/serving', invocation.endpoint], { state: { servingInputs: invocation.inputs } });
  }
}
