import { type AlertRuleDto } from '@lakescope/web-api';
import { type ChipTone } from '@lakescope/web-ui';

/** How a rule stands, or that nothing looks at it. */
export type RuleState = AlertRuleDto['state'] | 'off';

interface StateView {
  readonly label: string;
  readonly tone: ChipTone;
  /** Those that want somebody first. */
  readonly rank: number;
}

const STATES: Readonly<Record<RuleState, StateView>> = {
  firing: { label: $localize`Firing`, tone: 'bad', rank: 0 },
  pending: { label: $localize`Pending`, tone: 'warn', rank: 1 },
  unknown: { label: $localize`Unknown`, tone: 'warn', rank: 2 },
  ok: { label: $localize`OK`, tone: 'ok', rank: 3 },
  off: { label: $localize`Off`, tone: 'dim', rank: 4 },
};

export function stateOf(rule: Pick<AlertRuleDto, 'state' | 'enabled'>): RuleState {
  return rule.enabled ? rule.state : 'off';
}

export function stateView(state: RuleState): StateView {
  return STATES[state];
}

const names = new Intl.Collator(undefined, { numeric: true });

/** Those that want somebody first, then by name. */
export function byUrgency(rules: readonly AlertRuleDto[]): readonly AlertRuleDto[] {
  const rank = (rule: AlertRuleDto) => STATES[stateOf(rule)].rank;
  return [...rules].sort((a, b) => rank(a) - rank(b) || names.compare(a.name, b.name));
}

/** How many there are of each state, for those that there are. */
export function stateCounts(rules: readonly AlertRuleDto[]): readonly (StateView & { readonly count: number })[] {
  const states = Object.keys(STATES) as RuleState[];
  return states
    .map((state) => ({ ...STATES[state], count: rules.filter((rule) => stateOf(rule) === state).length }))
    .filter(({ count }) => count > 0);
}
