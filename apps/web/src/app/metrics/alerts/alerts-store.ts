import { inject, Service, signal } from '@angular/core';
import {
  type AlertDeliveryDto,
  type AlertRuleDto,
  Api,
  apiResource,
  type CreateAlertRuleDto,
  createAlertRule,
  deleteAlertRule,
  getStorageAlerts,
  listAlertRules,
  type Problem,
  problemFrom,
  testAlertDelivery,
  updateAlertRule,
} from '@lakescope/web-api';

/** What became of a test message. */
export type TestOutcome =
  | { readonly kind: 'sending' }
  | { readonly kind: 'answered'; readonly delivery: AlertDeliveryDto }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Rules and how they stand, and whether the metrics themselves are stored as they should be. */
@Service({ autoProvided: false })
export class AlertsStore {
  private readonly api = inject(Api);

  readonly rules = apiResource(listAlertRules, () => ({}));
  readonly storage = apiResource(getStorageAlerts, () => ({}));

  private readonly failure = signal<Problem | undefined>(undefined);
  private readonly outcomes = signal<ReadonlyMap<string, TestOutcome>>(new Map());
  /** Why the last change of a rule did not come about. */
  readonly changeProblem = this.failure.asReadonly();
  /** By the ids of rules. */
  readonly tests = this.outcomes.asReadonly();

  reload(): void {
    this.failure.set(undefined);
    this.rules.reload();
    this.storage.reload();
  }

  /** Rejects with what `problemFrom` understands: the form shows it beside its fields. */
  async save(rule: AlertRuleDto | undefined, body: CreateAlertRuleDto): Promise<void> {
    if (rule) await this.api.invoke(updateAlertRule, { path: { id: rule.id }, body });
    else await this.api.invoke(createAlertRule, { body });
    this.rules.reload();
  }

  enable(rule: AlertRuleDto, enabled: boolean): Promise<void> {
    return this.change(() => this.api.invoke(updateAlertRule, { path: { id: rule.id }, body: { enabled } }));
  }

  remove(rule: AlertRuleDto): Promise<void> {
    return this.change(() => this.api.invoke(deleteAlertRule, { path: { id: rule.id } }));
  }

  /** One at a time of each rule. */
  async test(rule: AlertRuleDto): Promise<void> {
    if (this.outcomes().get(rule.id)?.kind === 'sending') return;
    this.note(rule, { kind: 'sending' });
    try {
      const delivery = await this.api.invoke(testAlertDelivery, { path: { id: rule.id } });
      this.note(rule, { kind: 'answered', delivery });
      this.rules.reload();
    } catch (error) {
      this.note(rule, { kind: 'refused', problem: problemFrom(error) });
    }
  }

  private async change(act: () => Promise<unknown>): Promise<void> {
    this.failure.set(undefined);
    try {
      await act();
    } catch (error) {
      this.failure.set(problemFrom(error));
    }
    // Also after a failure: somebody else may have changed or deleted the rule meanwhile.
    this.rules.reload();
  }

  private note(rule: AlertRuleDto, outcome: TestOutcome): void {
    this.outcomes.update((outcomes) => new Map(outcomes).set(rule.id, outcome));
  }
}
