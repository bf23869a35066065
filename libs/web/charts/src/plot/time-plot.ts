import { Component, computed, input, model, output, ViewEncapsulation } from '@angular/core';
import { AxesModule, ChartCommonModule, Orientation } from '@swimlane/ngx-charts';
import { elementWidth } from '../frame/element-width';
import { barBoxes, boxesPath, linePath, stackedBelow } from '../scale/paths';
import { tickLabel } from '../scale/time-ticks';
import { type ValueTicks, valueTicks } from '../scale/value-scale';
import { PlotCursor } from './cursor';
import { colorOf, type Layer, slotText, type TimeSlots } from './layers';
import { marginsFor } from './margins';
import { timeAxis, valueScale } from './time-axis';

/** How the values of one axis are labelled, and how fine they are. */
export interface ValueAxis {
  readonly format: (value: number) => string;
  readonly smallestStep?: number;
  readonly smallestTop?: number;
}

const DOT_PX = 1.5;

/**
 * Lines and stacked bars over the time, on one or two value axes: axes and areas of ngx-charts, put together by hand,
 * because its ready-made charts have one axis, no gaps and an element for every point. No part that animates is used, so
 * none needs the provider for it. Whatever the number of points, a layer is one path.
 */
@Component({
  selector: 'ls-time-plot',
  imports: [AxesModule, ChartCommonModule, PlotCursor],
  templateUrl: './time-plot.html',
  styleUrl: './plot.css',
  // What ngx-charts draws has the attributes of no component of ours.
  encapsulation: ViewEncapsulation.None,
  host: { class: 'ls-plot', '[style.height.px]': 'height()' },
})
export class TimePlot {
  readonly label = input.required<string>();
  readonly slots = input.required<TimeSlots>();
  readonly layers = input.required<readonly Layer[]>();
  readonly left = input.required<ValueAxis>();
  readonly right = input<ValueAxis>();
  readonly height = input.required<number>();
  /** The slot that the rest of the page is narrowed to. */
  readonly marked = input<number>();
  readonly cursor = model<number>();
  readonly chosen = output<number>();

  private readonly width = elementWidth();
  protected readonly orientation = Orientation;
  protected readonly timeLabel = tickLabel;

  private readonly bars = computed(() => this.layers().filter(({ shape }) => shape === 'bar'));
  private readonly below = computed(() => stackedBelow(this.bars().map(({ values }) => values)));
  private readonly leftTicks = computed(() => this.ticksOf('left', this.left()));
  private readonly rightTicks = computed(() => {
    const axis = this.right();
    return axis && this.ticksOf('right', axis);
  });
  protected readonly margins = computed(() =>
    marginsFor(
      this.leftTicks().ticks.map(this.left().format),
      this.rightTicks()?.ticks.map(this.right()?.format ?? String) ?? [],
    ),
  );
  protected readonly size = computed(() => {
    const { top, right, bottom, left } = this.margins();
    return { width: Math.max(40, this.width() - left - right), height: this.height() - top - bottom };
  });
  protected readonly frame = computed(() => ({ width: this.width(), height: this.height() }));
  protected readonly time = computed(() => timeAxis(this.slots(), this.size().width));
  protected readonly leftAxis = computed(() => this.axisOf(this.leftTicks()));
  protected readonly rightAxis = computed(() => {
    const ticks = this.rightTicks();
    return ticks && this.axisOf(ticks);
  });
  protected readonly marks = computed(() =>
    this.layers().map((layer) => ({
      name: layer.name,
      color: colorOf(layer),
      dash: layer.dash,
      isBar: layer.shape === 'bar',
      path: this.pathOf(layer),
    })),
  );
  protected readonly cursorX = computed(() => this.middleOf(this.cursor()));
  protected readonly markedX = computed(() => this.middleOf(this.marked()));
  /** What is read out: the moment that somebody is at, and the newest before. */
  private readonly spoken = computed(() => this.cursor() ?? this.slots().times.length - 1);
  protected readonly text = computed(() =>
    this.slots().times.length === 0 ? '' : slotText(this.layers(), this.slots(), this.spoken()),
  );

  private ticksOf(side: 'left' | 'right', { smallestStep, smallestTop }: ValueAxis): ValueTicks {
    const lines = this.layers().filter(({ axis, shape }) => axis === side && shape === 'line');
    const values = lines.flatMap(({ values }) => values).filter((value) => value !== null);
    const last = this.bars().at(-1);
    const stacks = side === 'left' && last ? last.values.map((v, i) => (v ?? 0) + (this.below().at(-1)?.[i] ?? 0)) : [];
    const largest = [...values, ...stacks].reduce((most, value) => Math.max(most, value), 0);
    return valueTicks(largest, { smallestStep, smallestTop });
  }

  private axisOf({ top, ticks }: ValueTicks) {
    return { scale: valueScale(top, this.size().height), ticks: [...ticks] };
  }

  private pathOf(layer: Layer): string {
    const { scale } = (layer.axis === 'right' ? this.rightAxis() : undefined) ?? this.leftAxis();
    const { slotWidth } = this.time();
    if (layer.shape === 'line') return linePath(layer.values, (index) => (index + 0.5) * slotWidth, scale, DOT_PX);
    return boxesPath(barBoxes(layer.values, this.below()[this.bars().indexOf(layer)] ?? [], slotWidth, scale));
  }

  private middleOf(slot: number | undefined): number | undefined {
    return slot === undefined ? undefined : (slot + 0.5) * this.time().slotWidth;
  }
}
