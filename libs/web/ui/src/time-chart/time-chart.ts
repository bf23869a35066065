import { Component, computed, input, signal } from '@angular/core';
import { formatCount } from '../format-count';
import { exactTime } from '../format-time';
import { gridValues, indexAt, labelledIndexes, linePath, PLOT, roundTop, xOf, yOf } from './chart-scale';

export interface ChartSeries {
  readonly name: string;
  /** Which of the eight colours of the tokens. */
  readonly color: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

const DASHES = ['none', '5 3', '2 3', '8 3 2 3'];
const LABELS_BELOW = 5;

/**
 * A few counts over the time, small and without a library: lines told apart by dashes as well as by colour, the numbers
 * of a moment under the pointer, the gist as a sentence, and every number as a table.
 */
@Component({
  selector: 'ls-time-chart',
  templateUrl: './time-chart.html',
  styleUrl: './time-chart.css',
})
export class TimeChart {
  readonly title = input.required<string>();
  /** Instants, oldest first. */
  readonly times = input.required<readonly string[]>();
  readonly series = input.required<readonly ChartSeries[]>();
  /** A value that cannot be passed, drawn as a line of its own. */
  readonly limit = input<{ readonly name: string; readonly value: number }>();

  protected readonly size = PLOT;
  protected readonly pointed = signal<number | undefined>(undefined);
  protected readonly top = computed(() => {
    const values = this.series().flatMap(({ values }) => values.filter((value) => value !== null));
    return roundTop(Math.max(this.limit()?.value ?? 0, ...values));
  });
  protected readonly grid = computed(() =>
    gridValues(this.top()).map((value) => ({ value: formatCount(value), y: yOf(value, this.top()) })),
  );
  protected readonly limitLine = computed(() => {
    const limit = this.limit();
    return limit && { text: `${limit.name} ${formatCount(limit.value)}`, y: yOf(limit.value, this.top()) };
  });
  protected readonly lines = computed(() =>
    this.series().map(({ name, color, values }, index) => ({
      name,
      stroke: `var(--ls-series-${color})`,
      dash: DASHES[index % DASHES.length] ?? 'none',
      path: linePath(values, this.top()),
    })),
  );
  protected readonly labels = computed(() => {
    const times = this.times();
    return labelledIndexes(times.length, LABELS_BELOW).map((index) => ({
      x: xOf(index, times.length),
      text: timeOfDay(times[index] ?? ''),
    }));
  });
  /** The gist, for whoever does not see the lines: last and at most, of each. */
  protected readonly summary = computed(() =>
    this.series()
      .map(({ name, values }) => {
        const known = values.filter((value) => value !== null);
        const most = Math.max(...known);
        const last = known.at(-1);
        if (last === undefined) return $localize`${name}:name:: nothing known`;
        const at = timeOfDay(this.times()[values.indexOf(most)] ?? '');
        return most === 0
          ? $localize`${name}:name:: none`
          : $localize`${name}:name:: last ${formatCount(last)}:last:, at most ${formatCount(most)}:most: (${at}:at:)`;
      })
      .join('; '),
  );
  protected readonly moment = computed(() => {
    const index = this.pointed();
    const time = index === undefined ? undefined : this.times()[index];
    if (index === undefined || time === undefined) return undefined;
    return {
      x: xOf(index, this.times().length),
      time: timeOfDay(time),
      values: this.series().map(({ values }) => values[index] ?? null),
    };
  });
  /** Newest first: that is what one looks for. */
  protected readonly rows = computed(() =>
    this.times()
      .map((time, index) => ({
        time: timeOfDay(time),
        exact: exactTime(time),
        values: this.series().map(({ values }) => {
          const value = values[index] ?? null;
          return value === null ? '–' : formatCount(value);
        }),
      }))
      .reverse(),
  );

  protected point(event: PointerEvent): void {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.pointed.set(indexAt((event.clientX - left) / width, this.times().length));
  }
}

function timeOfDay(instant: string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return instant;
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(undefined, options).format(time);
}
