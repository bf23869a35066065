import { getScale, ScaleType } from '@swimlane/ngx-charts';
import { type Scale } from '../scale/paths';
import { timeTicks } from '../scale/time-ticks';
import { type TimeSlots } from './layers';

const LABEL_PX = 64;

/** The time axis of a plot: its scale (epoch milliseconds to pixels) and where its labels go. */
export interface TimeAxis {
  readonly scale: Scale;
  readonly ticks: number[];
  readonly slotWidth: number;
}

export function timeAxis({ times, intervalSeconds }: TimeSlots, width: number): TimeAxis {
  const from = Date.parse(times[0] ?? '');
  const to = Date.parse(times.at(-1) ?? '') + intervalSeconds * 1000;
  return {
    scale: getScale([from, to], [0, width], ScaleType.Linear, false) as unknown as Scale,
    ticks: [...timeTicks(from, to, Math.max(2, Math.floor(width / LABEL_PX)))],
    slotWidth: times.length === 0 ? 0 : width / times.length,
  };
}

/** A value axis of a plot, from 0 at the bottom. */
export function valueScale(top: number, height: number): Scale {
  return getScale([0, top], [height, 0], ScaleType.Linear, false) as unknown as Scale;
}
