import { formatCount, formatShare } from '@lakescope/web-ui';

/** How a number has changed against the time before, and whether that is good, bad or neither. */
export interface Change {
  readonly direction: 'up' | 'down' | 'none';
  readonly tone: 'ok' | 'bad' | 'neutral';
  readonly text: string;
}

/** What a rise of a number means. */
export type Meaning = 'neutral' | 'worse';

/** A change of less is none: it is what two equal days differ by anyway. */
const NOTICEABLE = 0.005;
const MANIFOLD = 10;

/**
 * The change of a count or a length of time as a share of what it was; past tenfold as a factor, from nothing as a number.
 * Undefined when either is not known.
 */
export function relativeChange(
  now: number | null | undefined,
  before: number | null | undefined,
  meaning: Meaning,
  format: (value: number) => string = formatCount,
): Change | undefined {
  if (now == null || before == null) return undefined;
  if (now === before) return unchanged();
  if (before === 0) return changed(now, meaning, $localize`from ${format(0)}:before:`);
  const ratio = now / before;
  if (Math.abs(ratio - 1) < NOTICEABLE) return unchanged();
  if (ratio >= MANIFOLD) return changed(1, meaning, $localize`${formatCount(Math.round(ratio))}:factor: times as much`);
  return changed(ratio - 1, meaning, ratio > 1 ? `+${formatShare(ratio - 1)}` : `−${formatShare(1 - ratio)}`);
}

/** The change of a ratio, in percentage points: 1 % after 0.5 % is half a point more, and nobody's doubling. */
export function pointChange(
  now: number | null | undefined,
  before: number | null | undefined,
  meaning: Meaning,
): Change | undefined {
  if (now == null || before == null) return undefined;
  const points = (now - before) * 100;
  if (Math.abs(points) < NOTICEABLE) return unchanged();
  const size = new Intl.NumberFormat(undefined, { maximumFractionDigits: Math.abs(points) < 1 ? 2 : 1 });
  return changed(
    points,
    meaning,
    $localize`${points > 0 ? '+' : '−'}:sign:${size.format(Math.abs(points))}:points: points`,
  );
}

function changed(by: number, meaning: Meaning, text: string): Change {
  const direction = by > 0 ? 'up' : 'down';
  if (meaning === 'neutral') return { direction, tone: 'neutral', text };
  return { direction, tone: direction === 'up' ? 'bad' : 'ok', text };
}

function unchanged(): Change {
  return { direction: 'none', tone: 'neutral', text: $localize`unchanged` };
}
