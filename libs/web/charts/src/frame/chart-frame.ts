import { Component, computed, input, model } from '@angular/core';
import { type ChartTable, NumbersTable } from './numbers-table';

/** One of the things a chart shows: how it is drawn, and what it was at the moment under the cursor. */
export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  readonly dash: string | undefined;
  readonly value: string | undefined;
  readonly shape: 'line' | 'bar';
}

/**
 * What every chart has around it: its name, a legend that also reads out the moment under the cursor, the gist as a
 * sentence, the same numbers as a table, and, while it loads, the room that it will take.
 */
@Component({
  selector: 'ls-chart-frame',
  imports: [NumbersTable],
  templateUrl: './chart-frame.html',
  styleUrl: './chart-frame.css',
})
export class ChartFrame {
  readonly title = input.required<string>();
  readonly legend = input<readonly LegendEntry[]>([]);
  /** The time of the moment under the cursor. */
  readonly moment = input<string>();
  readonly summary = input.required<string>();
  readonly table = input.required<ChartTable>();
  /** Of the drawing, in pixels. */
  readonly height = input.required<number>();
  readonly isLoading = input(false);
  readonly isTable = model(false);

  protected readonly tableLabel = computed(() => $localize`Show as table: ${this.title()}:chart:`);
}
