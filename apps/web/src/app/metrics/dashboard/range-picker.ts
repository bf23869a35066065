import { Component, computed, input, linkedSignal, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { instantOfLocal, localInput, type Segment, Segments } from '@lakescope/web-ui';
import { type MetricsRange, type NamedRange, rangeProblems, type RangeProblem } from './metrics-range';

type Choice = NamedRange | 'custom';

/** Which time is looked at: the last hours or days, or from when until when, with the rule it breaks said beside it. */
@Component({
  selector: 'ls-range-picker',
  imports: [MatButton, Segments],
  templateUrl: './range-picker.html',
  styleUrl: './range-picker.css',
})
export class RangePicker {
  readonly range = input.required<MetricsRange>();
  readonly picked = output<MetricsRange>();

  protected readonly options: readonly Segment<Choice>[] = [
    { value: '24h', label: $localize`24 hours` },
    { value: '7d', label: $localize`7 days` },
    { value: '30d', label: $localize`30 days` },
    { value: '90d', label: $localize`90 days` },
    { value: 'custom', label: $localize`Custom` },
  ];
  protected readonly choice = linkedSignal<Choice>(() => {
    const range = this.range();
    return typeof range === 'string' ? range : 'custom';
  });
  protected readonly fields = computed(() => {
    const range = this.range();
    return typeof range === 'string'
      ? { start: '', end: '' }
      : { start: localInput(range.start), end: localInput(range.end) };
  });
  private readonly problems = signal<readonly RangeProblem[]>([]);
  protected readonly startProblem = computed(() => this.messageOf('start'));
  protected readonly endProblem = computed(() => this.messageOf('end'));
  protected readonly zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  protected choose(choice: Choice): void {
    this.choice.set(choice);
    this.problems.set([]);
    if (choice !== 'custom') this.picked.emit(choice);
  }

  protected apply(event: Event): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const read = (name: string): string => instantOfLocal(String(form.get(name) ?? '')) ?? '';
    const range = { start: read('start'), end: read('end') };
    this.problems.set(rangeProblems(range, Date.now()));
    if (this.problems().length === 0) this.picked.emit(range);
  }

  private messageOf(field: RangeProblem['field']): string {
    return this.problems()
      .filter((problem) => problem.field === field)
      .map(({ message }) => message)
      .join(' ');
  }
}
