import { Component, computed, input } from '@angular/core';
import { type PerformanceMetricsDto } from '@lakescope/web-api';
import { exactTime, formatCount, Icon, Notice } from '@lakescope/web-ui';
import { completeness } from './completeness';

/** How fresh the numbers are and whether any are missing; in full on demand, and what is missing always. */
@Component({
  selector: 'ls-data-as-of',
  imports: [Icon, Notice],
  templateUrl: './data-as-of.html',
  styleUrl: './data-as-of.css',
})
export class DataAsOf {
  readonly answer = input.required<PerformanceMetricsDto | undefined>();
  /** The oldest of all that is shown. */
  readonly asOf = input.required<string | undefined>();

  protected readonly verdict = computed(() => {
    const answer = this.answer();
    return answer && completeness(answer.collection);
  });
  protected readonly time = computed(() => {
    const asOf = this.asOf();
    if (asOf === undefined) return undefined;
    const format = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
    return { at: asOf, short: format.format(new Date(asOf)), exact: exactTime(asOf) };
  });
  protected readonly facts = computed(() => {
    const answer = this.answer();
    if (answer === undefined) return [];
    const { collection, sources } = answer;
    return [
      [$localize`Observed`, collection.observed, $localize`requests that were answered`],
      [$localize`Written`, collection.written, $localize`stored one by one`],
      [$localize`Overflow`, collection.overflow, $localize`kept as histograms`],
      [$localize`Dropped`, collection.dropped, $localize`not kept`],
      [$localize`On their way`, collection.in_ring, $localize`in memory, stored within seconds`],
      [$localize`Read raw`, sources.raw, $localize`single requests`],
      [$localize`Read from 5 minutes`, sources['5m'], $localize`aggregated metrics`],
      [$localize`Read from hours`, sources['1h'], $localize`aggregated metrics`],
      [$localize`Read from days`, sources['1d'], $localize`aggregated metrics`],
    ].map(([name, count, meaning]) => ({ name, count: formatCount(Number(count)), meaning }));
  });
  protected readonly notes = computed(() => {
    const answer = this.answer();
    if (answer === undefined) return [];
    const notes = [...(this.verdict()?.reasons ?? [])];
    if (answer.unreadable_histograms > 0) {
      notes.push(
        $localize`${formatCount(answer.unreadable_histograms)}:count: stored histograms could not be read: percentiles are without what they hold.`,
      );
    }
    return notes;
  });
  protected readonly effectiveFrom = computed(() => {
    const answer = this.answer();
    return answer && answer.effective_from !== answer.start_time ? exactTime(answer.effective_from) : undefined;
  });
}
