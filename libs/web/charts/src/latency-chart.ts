import { Component, computed, input, model, output } from '@angular/core';
import { formatMilliseconds, formatShare } from '@lakescope/web-ui';
import { ChartFrame } from './frame/chart-frame';
import { type Percentile, type PercentileChoice, PercentilePicker } from './percentile-picker';
import { cursorOver } from './plot/cursor';
import { type Layer, layersLegend, layersSummary, layersTable, slotLabel, type TimeSlots } from './plot/layers';
import { TimePlot, type ValueAxis } from './plot/time-plot';

/** Response times (ms) and the share of failed requests, one of each for every slot; null where nothing was asked. */
export interface LatencySeries extends TimeSlots {
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  readonly errorRate: readonly (number | null)[];
}

const DRAWN = { p50: { color: 3, dash: '2 3' }, p95: { color: 1 }, p99: { color: 4, dash: '6 3' } } as const;
const DASH_OF_ERRORS = '9 3 2 3';
const HEIGHT_PX = 260;

/** Percentiles of the response time over the time, and on a second axis the error rate. */
@Component({
  selector: 'ls-latency-chart',
  imports: [ChartFrame, PercentilePicker, TimePlot],
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
      <ls-percentile-picker chartControls [(choice)]="percentile" label="Percentile of the chart" i18n-label />
      <ls-time-plot
        [label]="title()"
        [slots]="series()"
        [layers]="shown()"
        [left]="time"
        [right]="share"
        [height]="height"
        [marked]="marked()"
        [(cursor)]="cursor"
        (chosen)="chosen.emit($event)"
      />
    </ls-chart-frame>
  `,
})
export class LatencyChart {
  readonly title = input($localize`Response time and error rate`);
  readonly series = input.required<LatencySeries>();
  readonly isLoading = input(false);
  readonly marked = input<number>();
  readonly percentile = model<PercentileChoice>('all');
  /** A slot was chosen to look into. */
  readonly chosen = output<number>();

  protected readonly height = HEIGHT_PX;
  // Two milliseconds at least: steps finer than half of one have no text of their own, 0.25 would be called 0.3.
  protected readonly time: ValueAxis = { format: formatMilliseconds, smallestTop: 2 };
  // A hundredth at least: one failure in a million must not fill the chart.
  protected readonly share: ValueAxis = { format: formatShare, smallestTop: 0.01 };
  protected readonly cursor = cursorOver(() => this.series().times.length);

  private readonly allLayers = computed<readonly Layer[]>(() => [
    ...(['p50', 'p95', 'p99'] as const).map((name) => this.percentileLayer(name)),
    {
      name: $localize`Error rate (right)`,
      color: 5,
      shape: 'line',
      axis: 'right',
      dash: DASH_OF_ERRORS,
      format: formatShare,
      values: this.series().errorRate,
    },
  ]);
  protected readonly shown = computed(() => this.allLayers().filter((layer) => this.isShown(layer)));
  protected readonly legend = computed(() => layersLegend(this.shown(), this.cursor()));
  protected readonly moment = computed(() => {
    const cursor = this.cursor();
    return cursor === undefined ? undefined : slotLabel(this.series(), cursor);
  });
  protected readonly summary = computed(() => layersSummary(this.shown(), this.series()));
  // Every number, whichever lines are drawn.
  protected readonly table = computed(() => layersTable(this.allLayers(), this.series()));

  private percentileLayer(name: Percentile): Layer {
    const values = this.series()[name];
    return { name, ...DRAWN[name], shape: 'line', axis: 'left', format: formatMilliseconds, values };
  }

  private isShown({ name, axis }: Layer): boolean {
    return axis === 'right' || this.percentile() === 'all' || this.percentile() === name;
  }
}
