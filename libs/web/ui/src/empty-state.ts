import { Component, input } from '@angular/core';
import { Icon, type IconName } from './icon';

/** Why there is nothing here, and, as content, what to do next. */
@Component({
  selector: 'ls-empty',
  imports: [Icon],
  template: `
    <ls-icon [name]="icon()" />
    <p class="title">{{ title() }}</p>
    <div class="next"><ng-content /></div>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: var(--ls-space-2);
      padding: var(--ls-space-6) var(--ls-space-4);
      color: var(--ls-muted);
      text-align: center;
    }
    ls-icon {
      --ls-icon-size: 28px;
    }
    .title {
      color: var(--ls-ink);
      font-weight: 600;
    }
    .next {
      max-width: 56ch;
    }
  `,
})
export class EmptyState {
  readonly title = input.required<string>();
  readonly icon = input<IconName>('empty');
}
