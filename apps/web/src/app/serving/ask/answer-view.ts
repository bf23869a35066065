import { Component, computed, input } from '@angular/core';
import { Chip, type ChipTone, CopyButton, formatCount, formatMilliseconds, Notice, Skeleton } from '@lakescope/web-ui';
import { JsonEditor } from '../json/json-editor';
import { type Answer } from './answer';

const STATUSES: Readonly<Record<string, { readonly text: string; readonly tone: ChipTone }>> = {
  SUCCESS: { text: $localize`succeeded`, tone: 'ok' },
  ERROR: { text: $localize`failed`, tone: 'bad' },
  TIMEOUT: { text: $localize`timed out`, tone: 'bad' },
  INTERRUPTED: { text: $localize`interrupted`, tone: 'warn' },
  CANCELED: { text: $localize`canceled`, tone: 'warn' },
  PENDING: { text: $localize`waiting`, tone: 'primary' },
  RUNNING: { text: $localize`running`, tone: 'primary' },
};

export function statusOf(status: string): { readonly text: string; readonly tone: ChipTone } {
  return STATUSES[status] ?? { text: status, tone: 'neutral' };
}

/** What came of an invocation: how it went, how long it took, who answered, and what was said, never as anything but text. */
@Component({
  selector: 'ls-answer-view',
  imports: [Chip, CopyButton, JsonEditor, Notice, Skeleton],
  templateUrl: './answer-view.html',
  styleUrls: ['../json/json-pane.css', './answer-view.css'],
})
export class AnswerView {
  readonly answer = input.required<Answer>();
  /** From sending to having all of it, as this browser measured it. */
  readonly roundTripMs = input<number>();

  protected readonly status = computed(() => statusOf(this.answer().status));
  protected readonly took = computed(() => {
    const { executionTimeMs } = this.answer();
    return executionTimeMs === undefined ? undefined : formatMilliseconds(executionTimeMs);
  });
  protected readonly roundTrip = computed(() => {
    const time = this.roundTripMs();
    return time === undefined ? undefined : formatMilliseconds(time);
  });
  protected readonly tokens = computed(() => {
    const { tokens } = this.answer();
    if (tokens === undefined) return undefined;
    const count = (value: number | undefined): string => (value === undefined ? '?' : formatCount(value));
    return $localize`${count(tokens.prompt)}:prompt: in, ${count(tokens.completion)}:completion: out`;
  });
}
