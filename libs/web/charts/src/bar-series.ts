import { Component, computed, input, output } from '@angular/core';
import { type ChartSeries, formatCount } from '@lakescope/web-ui';
import { ChartFrame } from './frame/chart-frame';
import { cursorOver } from './plot/cursor';
import { type Layer, layersLegend, layersSummary, layersTable, slotLabel, type TimeSlots } from './plot/layers';
import { TimePlot, type ValueAxis } from './plot/time-plot';

const HEIGHT_PX = 180;

/** Counts over the time: bars that stand on each other, and lines for what is counted beside them. */
@Component({
  selector: 'ls-bar-series',
  imports: [ChartFrame, TimePlot],
  template: `
    <ls-chart-frame
      [title]="title()"
      [legend]="legend()"
      [moment]="moment()"
      [summary]="summary()"
      [table]="table()"
      [height]="height"
      [isLoading]="isLoading()"
    >
      <ls-time-plot
        [label]="title()"
        [slots]="slots()"
        [layers]="layers()"
        [left]="counts"
        [height]="height"
        [marked]="marked()"
        [(cursor)]="cursor"
        (chosen)="chosen.emit($event)"
      />
    </ls-chart-frame>
  `,
})
export class BarSeries {
  readonly title = input.required<string>();
  readonly slots = input.required<TimeSlots>();
  readonly bars = input.required<readonly ChartSeries[]>();
  readonly lines = input<readonly ChartSeries[]>([]);
  readonly isLoading = input(false);
  readonly marked = input<number>();
  /** A slot was chosen to look into. */
  readonly chosen = output<number>();

  protected readonly height = HEIGHT_PX;
  protected readonly counts: ValueAxis = { format: formatCount, smallestStep: 1 };
  protected readonly cursor = cursorOver(() => this.slots().times.length);
  protected readonly layers = computed<readonly Layer[]>(() => [
    ...this.bars().map((bar) => ({ ...bar, shape: 'bar', axis: 'left', format: formatCount }) as const),
    ...this.lines().map((line) => ({ ...line, shape: 'line', axis: 'left', format: formatCount }) as const),
  ]);
  protected readonly legend = computed(() => layersLegend(this.layers(), this.cursor()));
  protected readonly moment = computed(() => {
    const cursor = this.cursor();
    return cursor === undefined ? undefined : slotLabel(this.slots(), cursor);
  });
  protected readonly summary = computed(() => layersSummary(this.layers(), this.slots()));
  protected readonly table = computed(() => layersTable(this.layers(), this.slots()));
}
