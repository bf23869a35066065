import { Component, computed, input, model } from '@angular/core';
import { type Segment, Segments } from '@lakescope/web-ui';

/** One of the percentiles of a response time, or all of them. */
export type Percentile = 'p50' | 'p95' | 'p99';
export type PercentileChoice = Percentile | 'all';

const OPTIONS: readonly Segment<PercentileChoice>[] = [
  { value: 'p50', label: 'p50' },
  { value: 'p95', label: 'p95' },
  { value: 'p99', label: 'p99' },
  { value: 'all', label: $localize`all` },
];

/** Which percentile is looked at. */
@Component({
  selector: 'ls-percentile-picker',
  imports: [Segments],
  template: `<ls-segments class="small" [label]="label()" [options]="options()" [(choice)]="choice" />`,
})
export class PercentilePicker {
  readonly choice = model.required<PercentileChoice>();
  readonly label = input($localize`Percentile`);

  /** Whether all of them can be looked at together. */
  readonly offersAll = input(true);

  protected readonly options = computed(() => OPTIONS.filter(({ value }) => this.offersAll() || value !== 'all'));
}
