import { Component, computed, inject, input } from '@angular/core';
import { FixLine } from '@lakescope/web-ui';
import { Session } from '../../shell/session';
import { grantLine, type SecurableWord } from './grant-line';

/** What somebody lacks to see or read an object, whom to ask for it, and the line that gives it. */
@Component({
  selector: 'ls-missing-grant',
  imports: [FixLine],
  template: `
    <p i18n>
      Missing: <strong>{{ privilege() }}</strong> on {{ type().toLowerCase() }} <code>{{ fullName() }}</code>.
    </p>
    <p>
      @if (owner(); as owner) {
        <ng-container i18n
          >Ask {{ owner }}, who owns {{ ownedName() }}, or anybody with MANAGE on it, to run:</ng-container
        >
      } @else {
        <ng-container i18n>Ask its owner, or an administrator of the metastore, to run:</ng-container>
      }
    </p>
    <ls-fix [text]="line()" [of]="fullName()" />
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-2);
      min-width: 0;
      text-align: left;
    }
  `,
})
export class MissingGrant {
  readonly privilege = input.required<string>();
  readonly type = input.required<SecurableWord>();
  readonly names = input.required<readonly string[]>();
  /** Who can give it; undefined or null when that is not known. */
  readonly owner = input<string | null>();
  /** What that person owns, when it is not the object itself but what it lies in. */
  readonly owned = input<readonly string[]>();

  private readonly session = inject(Session);

  protected readonly fullName = computed(() => this.names().join('.'));
  protected readonly ownedName = computed(() => (this.owned() ?? this.names()).join('.'));
  protected readonly line = computed(() =>
    grantLine(this.privilege(), this.type(), this.names(), this.session.user()?.user_id ?? '<you>'),
  );
}
