import { Component, computed, input } from '@angular/core';
import { type IconName, iconPaths } from './icon-paths';

export type { IconName } from './icon-paths';

/** One stroke drawing in the colour and size of its text. Decoration only: what it means must also be said in words. */
@Component({
  selector: 'ls-icon',
  template: `<svg viewBox="0 0 24 24" focusable="false"><path [attr.d]="path()" /></svg>`,
  host: { 'aria-hidden': 'true' },
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      width: var(--ls-icon-size, 16px);
      height: var(--ls-icon-size, 16px);
    }
    svg {
      width: 100%;
      height: 100%;
      fill: var(--ls-icon-fill, none);
      stroke: currentColor;
      stroke-width: 1.8;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();

  protected readonly path = computed(() => iconPaths[this.name()]);
}
