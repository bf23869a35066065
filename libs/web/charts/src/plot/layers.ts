import { type ChartSeries, exactTime } from '@lakescope/web-ui';
import { type LegendEntry } from '../frame/chart-frame';
import { type ChartTable } from '../frame/numbers-table';
import { seriesSummary } from '../scale/summary';
import { spanLabel } from '../scale/time-ticks';

/** A series with how it is drawn. */
export interface Layer extends ChartSeries {
  readonly shape: 'line' | 'bar';
  /** Which of the two value axes it belongs to. */
  readonly axis: 'left' | 'right';
  /** Of a line, as SVG takes it: lines are told apart by this as well as by colour. */
  readonly dash?: string;
  readonly format: (value: number) => string;
}

/** Evenly spaced lengths of time, by their beginnings, oldest first. */
export interface TimeSlots {
  readonly times: readonly string[];
  readonly intervalSeconds: number;
}

/** A colour of the tokens; the theme decides what it looks like, also after it has changed. */
export function colorOf({ color }: Pick<ChartSeries, 'color'>): string {
  return `var(--ls-series-${color})`;
}

/** The time of a slot as people read it. */
export function slotLabel({ times, intervalSeconds }: TimeSlots, index: number): string {
  return spanLabel(Date.parse(times[index] ?? ''), intervalSeconds);
}

export function layersLegend(layers: readonly Layer[], cursor: number | undefined): readonly LegendEntry[] {
  return layers.map((layer) => ({
    name: layer.name,
    color: colorOf(layer),
    dash: layer.dash,
    shape: layer.shape,
    value: cursor === undefined ? undefined : valueText(layer, cursor),
  }));
}

export function layersTable(layers: readonly Layer[], slots: TimeSlots): ChartTable {
  return {
    columns: [$localize`Time`, ...layers.map(({ name }) => name)],
    // Newest first: that is what one looks for.
    rows: slots.times
      .map((time, index) => ({
        head: slotLabel(slots, index),
        exact: exactTime(time),
        cells: layers.map((layer) => valueText(layer, index)),
      }))
      .reverse(),
  };
}

export function layersSummary(layers: readonly Layer[], slots: TimeSlots): string {
  const when = (index: number): string => slotLabel(slots, index);
  return layers.map(({ name, values, format }) => seriesSummary(name, values, format, when)).join('; ');
}

/** What a slot holds, in one sentence. */
export function slotText(layers: readonly Layer[], slots: TimeSlots, index: number): string {
  return [slotLabel(slots, index), ...layers.map((layer) => `${layer.name} ${valueText(layer, index)}`)].join(', ');
}

function valueText({ values, format }: Layer, index: number): string {
  const value = values[index] ?? null;
  return value === null ? '–' : format(value);
}
