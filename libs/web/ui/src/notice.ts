import { Component, input } from '@angular/core';
import { Icon, type IconName } from './icon';

/** Something to know about what is shown, which is no failure: the content says what, and what follows from it. */
@Component({
  selector: 'ls-notice',
  imports: [Icon],
  template: `<ls-icon [name]="icon()" />
    <div><ng-content /></div>`,
  host: { role: 'status' },
  styles: `
    :host {
      display: flex;
      gap: var(--ls-space-2);
      padding: var(--ls-space-2) var(--ls-space-3);
      border: 1px solid var(--ls-warn);
      border-radius: var(--ls-radius);
      background: var(--ls-warn-tint);
    }
    ls-icon {
      margin-top: 2px;
      color: var(--ls-warn);
    }
    div {
      min-width: 0;
    }
  `,
})
export class Notice {
  readonly icon = input<IconName>('alert');
}
