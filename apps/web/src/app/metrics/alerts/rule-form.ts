import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import {
  type AlertRuleDto,
  apiResource,
  fieldProblems,
  getPerformanceMetrics,
  type Problem,
  problemFrom,
} from '@lakescope/web-api';
import { ProblemBanner } from '@lakescope/web-ui';
import { type AlertsStore } from './alerts-store';
import { draftOf, ruleBody } from './rule-draft';
import { CONDITIONS } from './rule-sentence';

export interface RuleFormData {
  /** Undefined for a new one. */
  readonly rule: AlertRuleDto | undefined;
  readonly store: AlertsStore;
}

type Condition = AlertRuleDto['condition'];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];

/** Makes or changes a rule. Closes with its name when it is stored. */
@Component({
  selector: 'ls-rule-form',
  imports: [MatButton, MatDialogClose, ProblemBanner],
  templateUrl: './rule-form.html',
  styleUrls: ['../../shell/form-fields.css', '../../shell/form.css', './rule-form.css'],
})
export class RuleForm {
  private readonly dialog = inject<MatDialogRef<RuleForm, string>>(MatDialogRef);
  private readonly data = inject<RuleFormData>(MAT_DIALOG_DATA);

  protected readonly rule = this.data.rule;
  protected readonly draft = draftOf(this.rule);
  protected readonly methods = METHODS;
  protected readonly conditions = (Object.keys(CONDITIONS) as Condition[]).map((value) => ({
    value,
    label: CONDITIONS[value],
  }));
  protected readonly condition = signal(this.draft.condition);
  protected readonly isWebhookRemoved = signal(false);

  /** The routes that somebody asked for lately: to choose from, and not the only ones there are. */
  private readonly performance = apiResource(getPerformanceMetrics, () => ({ query: { time_range: '7d' as const } }));
  protected readonly endpoints = computed(() =>
    [...new Set((this.performance.value()?.endpoints ?? []).map(({ endpoint }) => endpoint))].sort(),
  );

  protected readonly isSaving = signal(false);
  private readonly failure = signal<Problem | undefined>(undefined);
  protected readonly fields = computed(() => fieldProblems(this.failure()?.details ?? {}));
  /** What is said of fields stands beside them. */
  protected readonly problem = computed(() => (this.fields().size > 0 ? undefined : this.failure()));

  protected choose(event: Event): void {
    this.condition.set((event.target as HTMLSelectElement).value as Condition);
  }

  protected removeWebhook(event: Event): void {
    this.isWebhookRemoved.set((event.target as HTMLInputElement).checked);
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isSaving()) return;
    const form = new FormData(event.target as HTMLFormElement);
    const body = ruleBody((name) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    });
    this.isSaving.set(true);
    this.failure.set(undefined);
    try {
      await this.data.store.save(this.rule, body);
      this.dialog.close(body.name);
    } catch (error) {
      this.failure.set(problemFrom(error));
    } finally {
      this.isSaving.set(false);
    }
  }
}
