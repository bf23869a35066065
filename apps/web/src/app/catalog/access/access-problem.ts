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
        <ls-missing-grant
          [privilege]="privilege()"
          [type]="type()"
          [names]="names()"
          [owner]="owner()"
          [owned]="owned()"
        />
      } @else if (isRefused() && owner()) {
        <p i18n>{{ ownedName() }} belongs to {{ owner() }}, who can give it.</p>
      }
    </ls-problem>
  `,
  styles: `
    button {
      justify-self: start;
    }
  `,
})
export class AccessProblem {
  readonly problem = input.required<Problem>();
  /** What is usually missing where this was refused. */
  readonly privilege = input.required<string>();
  readonly type = input.required<SecurableWord>();
  readonly names = input.required<readonly string[]>();
  /** Who can give it, and what makes them able to: the object itself, when nothing else is named. */
  readonly owner = input<string | null>();
  readonly owned = input<readonly string[]>();
  readonly retry = output();

  private readonly consent = inject(WarehouseConsent);

  protected readonly ownedName = computed(() => (this.owned() ?? this.names()).join('.'));
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
