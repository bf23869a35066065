import { type TableFreshnessDto } from '@lakescope/web-api';
import { type ChipTone } from '@lakescope/web-ui';

export type FreshnessState = TableFreshnessDto['state'];

interface StateView {
  readonly text: string;
  readonly tone: ChipTone;
}

const STATES: Readonly<Record<FreshnessState, StateView>> = {
  blocked: { text: $localize`blocked`, tone: 'bad' },
  late: { text: $localize`late`, tone: 'warn' },
  unknown: { text: $localize`not known`, tone: 'neutral' },
  fresh: { text: $localize`fresh`, tone: 'ok' },
};

/** What wants somebody first, first. */
export const FRESHNESS_STATES = (Object.keys(STATES) as FreshnessState[]).map((value, rank) => ({
  value,
  rank,
  ...STATES[value],
}));

export function freshnessState(state: FreshnessState): StateView {
  return STATES[state];
}
