import { Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type Problem } from '@lakescope/web-api';
import { ProblemBanner } from '@lakescope/web-ui';
import { WarehouseConsent } from '../warehouse/warehouse-consent';
import { type SecurableWord } from './grant-line';
import { MissingGrant } from './missing-grant';

/**
 * Why something of the catalog cannot be shown, and what helps: the missing right with whom to ask, as far as the answer
 * does not say it already, or a warehouse that has to be started first.
 */
@Component({
  selector: 'ls-access-problem',
  imports: [MatButton, MissingGrant, ProblemBanner],
  template: `
    <ls-problem [problem]="problem()" [canRetry]="!isStopped()" (retry)="retry.emit()">
      @if (isStopped()) {
        <button data-track-id="catalog-start-warehouse" matButton="filled" type="button" (click)="start()" i18n>
          Start the warehouse
        </button>
      }
      @if (isUnexplained()) {
        <ls-missing-grant [privilege]="privilege()" [type]="type()" [names]="names()" [owner]="owner()" />
      } @else if (isRefused() && owner()) {
        <p i18n>Its owner is {{ owner() }}.</p>
      }
    </ls-problem>
  `,
})
export class AccessProblem {
  readonly problem = input.required<Problem>();
  /** What is usually missing where this was refused. */
  readonly privilege = input.required<string>();
  readonly type = input.required<SecurableWord>();
  readonly names = input.required<readonly string[]>();
  readonly owner = input<string | null>();
  readonly retry = output();

  private readonly consent = inject(WarehouseConsent);

  protected readonly isStopped = computed(() => this.problem().code === 'WAREHOUSE_STOPPED');
  protected readonly isRefused = computed(() => this.problem().status === 403);
  /** The platform's own words, where it has some, know better which right it is. */
  protected readonly isUnexplained = computed(
    () =>
      this.isRefused() && typeof this.problem().details['fix'] !== 'string' && this.problem().code !== 'SCOPE_MISSING',
  );

  protected async start(): Promise<void> {
    if (await this.consent.ask()) this.retry.emit();
  }
}
