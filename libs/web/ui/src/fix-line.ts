import { Component, computed, input } from '@angular/core';
import { CopyButton } from './copy-button';

/** The exact thing that repairs something, a command, a grant or a setting: to read and to copy. */
@Component({
  selector: 'ls-fix',
  imports: [CopyButton],
  template: `<span class="label" i18n>Fix</span><code>{{ text() }}</code
    ><ls-copy [text]="text()" [what]="what()" />`,
  styles: `
    :host {
      display: flex;
      align-items: flex-start;
      gap: var(--ls-space-2);
      max-width: 100%;
      padding: 2px 4px 2px var(--ls-space-2);
      border: 1px solid var(--ls-line);
      border-radius: var(--ls-radius);
      background: var(--ls-sunken);
    }
    .label {
      padding: 4px 0;
      color: var(--ls-muted);
      font: 600 12px/20px var(--ls-font);
    }
    code {
      flex: 1;
      min-width: 0;
      padding: 4px 0;
      font: var(--ls-text-mono-small);
      line-height: 20px;
      white-space: pre-wrap;
    }
  `,
})
export class FixLine {
  readonly text = input.required<string>();
  /** What the fix is for, so that several copy buttons of a page can be told apart. */
  readonly of = input<string>();

  protected readonly what = computed(() => {
    const of = this.of();
    return of === undefined ? $localize`fix` : $localize`fix of ${of}:what:`;
  });
}
