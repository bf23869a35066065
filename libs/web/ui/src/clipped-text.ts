import { Component, computed, input } from '@angular/core';
import { clipMiddle } from './clip-middle';
import { CopyButton } from './copy-button';

/** A long id or path, cut in the middle, whole on hover and by copy. */
@Component({
  selector: 'ls-clipped',
  imports: [CopyButton],
  template: `<code [title]="text()">{{ short() }}</code
    ><ls-copy [text]="text()" [what]="what()" />`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: var(--ls-space-1);
      max-width: 100%;
    }
  `,
})
export class ClippedText {
  readonly text = input.required<string>();
  readonly what = input($localize`text`);
  readonly length = input(36);

  protected readonly short = computed(() => clipMiddle(this.text(), this.length()));
}
