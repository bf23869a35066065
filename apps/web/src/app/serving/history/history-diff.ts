import { Component, computed, effect, input, output, signal } from '@angular/core';
import { exactTime, Icon, type Segment, Segments, Skeleton, ProblemBanner } from '@lakescope/web-ui';
import { problemFrom } from '@lakescope/web-api';
import { JsonDiffView } from '../json/json-diff-view';
import { intoSight } from './bring-into-sight';
import { keptInvocation, type KeptInvocation } from './kept-invocation';

/** Two invocations of the history: where their answers differ, or their requests. */
@Component({
  selector: 'ls-history-diff',
  imports: [Icon, JsonDiffView, ProblemBanner, Segments, Skeleton],
  template: `
    <section class="ls-panel" aria-labelledby="serving-diff">
      <div class="ls-heading">
        <h2 id="serving-diff" i18n>Compare</h2>
        @if (ids().length === 2) {
          <ls-segments
            class="small"
            label="What is compared"
            i18n-label
            [options]="parts"
            [choice]="part()"
            (choiceChange)="part.set($event)"
          />
        }
        <span class="ls-fill"></span>
        <button
          data-track-id="serving-diff-close"
          type="button"
          class="ls-icon-button"
          aria-label="Stop comparing"
          i18n-aria-label
          (click)="closed.emit()"
        >
          <ls-icon name="close" />
        </button>
      </div>
      @if (ids().length < 2) {
        <p class="ls-muted" i18n>Choose one more invocation to compare it with.</p>
      } @else if (problem(); as problem) {
        <ls-problem [problem]="problem" [canRetry]="false" />
      } @else if (isUnanswered()) {
        <p class="ls-muted" i18n>One of them has no answer to be compared; their requests can be.</p>
      } @else if (texts(); as texts) {
        <ls-json-diff
          [left]="texts.left"
          [right]="texts.right"
          [leftName]="texts.leftName"
          [rightName]="texts.rightName"
        />
      } @else {
        <ls-skeleton [rows]="4" />
      }
    </section>
  `,
  styles: `
    section {
      display: grid;
      gap: var(--ls-space-2);
      min-width: 0;
      padding: var(--ls-space-3) var(--ls-space-4) var(--ls-space-4);
    }
  `,
})
export class HistoryDiff {
  /** One or two of them. */
  readonly ids = input.required<readonly string[]>();
  readonly closed = output();

  protected readonly parts: readonly Segment<'answers' | 'requests'>[] = [
    { value: 'answers', label: $localize`Answers` },
    { value: 'requests', label: $localize`Requests` },
  ];
  protected readonly part = signal<'answers' | 'requests'>('answers');
  private readonly one = keptInvocation(() => (this.ids().length === 2 ? this.ids()[0] : undefined));
  private readonly other = keptInvocation(() => (this.ids().length === 2 ? this.ids()[1] : undefined));
  protected readonly problem = computed(() => {
    const error = this.one.error() ?? this.other.error();
    return error === undefined ? undefined : problemFrom(error);
  });
  private readonly intoSight = intoSight();
  /** Both of them, the earlier one first. */
  private readonly both = computed(() => {
    const [one, other] = [this.one, this.other].map((kept) => (kept.hasValue() ? kept.value() : undefined));
    if (one === undefined || other === undefined) return undefined;
    return one.at <= other.at ? ([one, other] as const) : ([other, one] as const);
  });
  protected readonly isUnanswered = computed(
    () => this.part() === 'answers' && this.both()?.some(({ answer }) => answer.predictions === undefined) === true,
  );
  protected readonly texts = computed(() => {
    const both = this.both();
    if (both === undefined) return undefined;
    const [left, right] = both;
    const text = ({ answer, inputs }: KeptInvocation): string =>
      (this.part() === 'answers' ? answer.predictions : inputs) ?? 'null';
    return { left: text(left), right: text(right), leftName: nameOf(left), rightName: nameOf(right) };
  });

  constructor() {
    effect(() => {
      if (this.both() !== undefined) this.intoSight();
    });
  }
}

function nameOf({ at, answer }: KeptInvocation): string {
  return answer.servedEntity === undefined ? exactTime(at) : `${exactTime(at)} · ${answer.servedEntity}`;
}
