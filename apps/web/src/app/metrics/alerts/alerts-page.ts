import { Component, computed, DOCUMENT, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { type AlertRuleDto } from '@lakescope/web-api';
import { Chip, EmptyState, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';
import { focusMain } from '../../shell/focus-main';
import { Toasts } from '../../shell/toasts';
import { AlertsStore } from './alerts-store';
import { RuleForm, type RuleFormData } from './rule-form';
import { byUrgency, stateCounts } from './rule-states';
import { RuleTable } from './rule-table';
import { StorageAlerts } from './storage-alerts';

/** Rules that watch the metrics, and what they say now. */
@Component({
  selector: 'ls-alerts-page',
  imports: [Chip, EmptyState, Icon, MatButton, ProblemBanner, RuleTable, Skeleton, StorageAlerts],
  providers: [AlertsStore],
  templateUrl: './alerts-page.html',
  styleUrl: './alerts-page.css',
})
export class AlertsPage {
  private readonly document = inject(DOCUMENT);
  private readonly dialog = inject(MatDialog);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(Toasts);
  protected readonly store = inject(AlertsStore);

  protected readonly rules = computed(() => byUrgency(this.store.rules.latest()?.items ?? []));
  protected readonly counts = computed(() => stateCounts(this.rules()));

  protected edit(rule?: AlertRuleDto): void {
    const data: RuleFormData = { rule, store: this.store };
    this.dialog
      .open<RuleForm, RuleFormData, string>(RuleForm, {
        data,
        width: '640px',
        maxWidth: 'calc(100vw - 24px)',
        ariaLabelledBy: 'ls-rule-title',
      })
      .afterClosed()
      .subscribe((name) => {
        if (name !== undefined) this.toasts.show($localize`“${name}:name:” is stored`);
      });
  }

  protected async remove(rule: AlertRuleDto): Promise<void> {
    const isWanted = await this.dialogs.confirm({
      title: $localize`Delete the alert rule “${rule.name}:name:”?`,
      consequences: [
        $localize`Nothing is looked at for it any more, and messages that wait to be sent are not sent.`,
        $localize`Where its messages went, and the secret that signed them, are deleted too.`,
        $localize`It is written down in the audit log under your name. It cannot be undone; a rule can also be switched off.`,
      ],
      action: $localize`Delete the rule`,
      isDestructive: true,
    });
    if (!isWanted) return;
    await this.store.remove(rule);
    if (this.store.changeProblem()) return;
    this.toasts.show($localize`“${rule.name}:name:” is deleted`);
    // The button that was pressed goes with its row.
    focusMain(this.document);
  }
}
