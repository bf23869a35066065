import { Component, computed, input, output, ViewEncapsulation } from '@angular/core';
import { AxesModule, ChartCommonModule } from '@swimlane/ngx-charts';
import { formatCount, formatMilliseconds } from '@lakescope/web-ui';
import { ChartFrame } from '../frame/chart-frame';
import { elementWidth } from '../frame/element-width';
import { cursorOver, PlotCursor } from '../plot/cursor';
import { slotLabel, type TimeSlots } from '../plot/layers';
import { marginsFor } from '../plot/margins';
import { timeAxis, valueScale } from '../plot/time-axis';
import { levelOf, levelRanges, LEVELS, occupiedBounds } from '../scale/density';
import { boxesPath } from '../scale/paths';
import { tickLabel } from '../scale/time-ticks';

/** How many of what lay between two bounds, for each slot of time. */
export interface Heat extends TimeSlots {
  /** Upper bounds in milliseconds, ascending: `counts[slot][i]` lay above `bounds[i - 1]` and not above `bounds[i]`. */
  readonly bounds: readonly number[];
  readonly counts: readonly (readonly number[])[];
}

/** A cell, by its time and by the bounds between which its values lay. */
export interface HeatCell {
  readonly slot: number;
  readonly aboveMs: number;
  readonly uptoMs: number;
}

const HEIGHT_PX = 220;
const LABEL_PX = 18;

/** Where the response times lay, slot by slot. Every shade is one path, however many cells have it. */
@Component({
  selector: 'ls-heat-map',
  imports: [AxesModule, ChartCommonModule, ChartFrame, PlotCursor],
  templateUrl: './heat-map.html',
  styleUrls: ['../plot/plot.css', './heat-map.css'],
  encapsulation: ViewEncapsulation.None,
})
export class HeatMap {
  readonly title = input.required<string>();
  readonly heat = input.required<Heat>();
  readonly isLoading = input(false);
  readonly marked = input<number>();
  readonly chosen = output<HeatCell>();

  private readonly width = elementWidth();
  protected readonly height = HEIGHT_PX;
  protected readonly timeLabel = tickLabel;

  private readonly rowsShown = computed(() => occupiedBounds(this.heat().counts));
  protected readonly rowCount = computed(() => Math.max(1, this.rowsShown().to - this.rowsShown().from));
  protected readonly cursor = cursorOver(() => this.heat().times.length * this.rowCount());
  private readonly largest = computed(() =>
    this.heat().counts.reduce((most, column) => column.reduce((a, b) => Math.max(a, b), most), 0),
  );
  private readonly boundLabels = computed(() =>
    Array.from({ length: this.rowCount() + 1 }, (_, edge) => formatMilliseconds(this.edgeMs(edge))),
  );
  protected readonly margins = computed(() => marginsFor(this.boundLabels(), []));
  protected readonly size = computed(() => {
    const { top, right, bottom, left } = this.margins();
    return { width: Math.max(40, this.width() - left - right), height: HEIGHT_PX - top - bottom };
  });
  protected readonly frame = computed(() => ({ width: this.width(), height: HEIGHT_PX }));
  protected readonly time = computed(() => timeAxis(this.heat(), this.size().width));
  protected readonly bounds = computed(() => {
    const every = Math.ceil(((this.rowCount() + 1) * LABEL_PX) / this.size().height);
    const edges = Array.from({ length: this.rowCount() + 1 }, (_, edge) => edge);
    return {
      scale: valueScale(this.rowCount(), this.size().height),
      ticks: edges.filter((edge) => edge % every === 0),
      label: (edge: number): string => this.boundLabels()[edge] ?? '',
    };
  });
  protected readonly shades = computed(() => {
    const { from } = this.rowsShown();
    const [{ slotWidth }, { scale }] = [this.time(), this.bounds()];
    const boxes = Array.from({ length: LEVELS }, () => [] as { x: number; y: number; width: number; height: number }[]);
    this.heat().counts.forEach((column, slot) =>
      column.forEach((count, bound) => {
        const top = scale(bound - from + 1);
        boxes[levelOf(count, this.largest()) - 1]?.push({
          x: slot * slotWidth,
          y: top,
          width: slotWidth,
          height: scale(bound - from) - top,
        });
      }),
    );
    return boxes.map((cells, index) => ({ path: boxesPath(cells), opacity: opacityOf(index + 1) }));
  });
  protected readonly ranges = computed(() =>
    levelRanges(this.largest()).map(({ level, from, to }) => ({
      opacity: opacityOf(level),
      text: from === to ? formatCount(from) : `${formatCount(from)}–${formatCount(to)}`,
    })),
  );
  protected readonly cursorBox = computed(() => {
    const cursor = this.cursor();
    if (cursor === undefined) return undefined;
    const [slot, row] = [Math.floor(cursor / this.rowCount()), cursor % this.rowCount()];
    const y = this.bounds().scale(row + 1);
    const { slotWidth } = this.time();
    return { x: slot * slotWidth, y, width: slotWidth, height: this.bounds().scale(row) - y };
  });
  protected readonly markedX = computed(() => {
    const marked = this.marked();
    return marked === undefined ? undefined : marked * this.time().slotWidth;
  });
  protected readonly moment = computed(() => {
    const cursor = this.cursor();
    return cursor === undefined ? undefined : this.cellText(cursor);
  });
  private readonly spoken = computed(() => this.cursor() ?? (this.heat().times.length - 1) * this.rowCount());
  protected readonly text = computed(() => (this.heat().times.length === 0 ? '' : this.cellText(this.spoken())));
  protected readonly summary = computed(() => this.gist());
  protected readonly table = computed(() => {
    const { from } = this.rowsShown();
    const rows = Array.from({ length: this.rowCount() }, (_, row) => row);
    return {
      columns: [
        $localize`Time`,
        ...rows.map((row) => $localize`up to ${formatMilliseconds(this.edgeMs(row + 1))}:bound:`),
      ],
      rows: this.heat()
        .times.map((time, slot) => ({
          head: slotLabel(this.heat(), slot),
          exact: time,
          cells: rows.map((row) => formatCount(this.heat().counts[slot]?.[from + row] ?? 0)),
        }))
        .reverse(),
    };
  });

  protected choose(cell: number): void {
    const [slot, row] = [Math.floor(cell / this.rowCount()), cell % this.rowCount()];
    this.chosen.emit({ slot, aboveMs: this.edgeMs(row), uptoMs: this.edgeMs(row + 1) });
  }

  /** The bound below the n-th row that is shown. */
  private edgeMs(edge: number): number {
    const index = this.rowsShown().from + edge - 1;
    return index < 0 ? 0 : (this.heat().bounds[index] ?? 0);
  }

  private cellText(cell: number): string {
    const [slot, row] = [Math.floor(cell / this.rowCount()), cell % this.rowCount()];
    const count = formatCount(this.heat().counts[slot]?.[this.rowsShown().from + row] ?? 0);
    const [above, upto] = [formatMilliseconds(this.edgeMs(row)), formatMilliseconds(this.edgeMs(row + 1))];
    return $localize`${slotLabel(this.heat(), slot)}:time:, ${above}:above: to ${upto}:upto:: ${count}:count:`;
  }

  private gist(): string {
    const { from, to } = this.rowsShown();
    if (to === 0) return $localize`nothing known`;
    const sums = Array.from({ length: to - from }, (_, row) =>
      this.heat().counts.reduce((sum, column) => sum + (column[from + row] ?? 0), 0),
    );
    const most = sums.indexOf(Math.max(...sums));
    const total = sums.reduce((sum, count) => sum + count, 0);
    const [low, high] = [formatMilliseconds(this.edgeMs(0)), formatMilliseconds(this.edgeMs(to - from))];
    const [above, upto] = [formatMilliseconds(this.edgeMs(most)), formatMilliseconds(this.edgeMs(most + 1))];
    return $localize`${formatCount(total)}:total: between ${low}:low: and ${high}:high:; most of them (${formatCount(sums[most] ?? 0)}:count:) between ${above}:above: and ${upto}:upto:`;
  }
}

/** Even steps of opacity over the surface are even steps of contrast in both themes. */
function opacityOf(level: number): number {
  return 0.12 + (0.88 * level) / LEVELS;
}
