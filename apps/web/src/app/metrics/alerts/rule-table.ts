import { Component, computed, input, output } from '@angular/core';
import { type AlertDeliveryDto, type AlertRuleDto } from '@lakescope/web-api';
import { Chip, type ChipTone, ProblemBanner, TimeAgo } from '@lakescope/web-ui';
import { type TestOutcome } from './alerts-store';
import { ruleSentence, valueText } from './rule-sentence';
import { stateOf, stateView } from './rule-states';

const DELIVERIES: Readonly<Record<AlertDeliveryDto['status'], { label: string; tone: ChipTone }>> = {
  delivered: { label: $localize`Delivered`, tone: 'ok' },
  waiting: { label: $localize`Tried again`, tone: 'warn' },
  failed: { label: $localize`Failed`, tone: 'bad' },
};

/** The rules, how each stands, and what can be done with it. */
@Component({
  selector: 'ls-rule-table',
  imports: [Chip, ProblemBanner, TimeAgo],
  templateUrl: './rule-table.html',
  styleUrl: './rule-table.css',
})
export class RuleTable {
  readonly rules = input.required<readonly AlertRuleDto[]>();
  readonly tests = input.required<ReadonlyMap<string, TestOutcome>>();
  readonly edit = output<AlertRuleDto>();
  readonly remove = output<AlertRuleDto>();
  readonly test = output<AlertRuleDto>();
  readonly switch = output<{ readonly rule: AlertRuleDto; readonly enabled: boolean }>();

  protected readonly rows = computed(() =>
    this.rules().map((rule) => {
      const test = this.tests().get(rule.id);
      return {
        rule,
        sentence: ruleSentence(rule),
        state: stateView(stateOf(rule)),
        value: rule.last_value === null ? undefined : valueText(rule.condition, rule.last_value),
        delivery: rule.last_delivery && { ...rule.last_delivery, view: DELIVERIES[rule.last_delivery.status] },
        switchLabel: $localize`Look at “${rule.name}:name:”`,
        editLabel: $localize`Edit “${rule.name}:name:”`,
        testLabel: $localize`Send a test of “${rule.name}:name:”`,
        deleteLabel: $localize`Delete “${rule.name}:name:”`,
        isTesting: test?.kind === 'sending',
        answer: test?.kind === 'answered' ? { ...test.delivery, view: DELIVERIES[test.delivery.status] } : undefined,
        refusal: test?.kind === 'refused' ? test.problem : undefined,
      };
    }),
  );
}
