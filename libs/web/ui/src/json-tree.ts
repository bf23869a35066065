import { Component, computed, forwardRef, input } from '@angular/core';
import { clipMiddle } from './clip-middle';

const OPEN_UP_TO = 2;

/** A JSON value whose objects and lists fold, by the browser's own disclosure so that it works without a mouse. */
@Component({
  selector: 'ls-json',
  imports: [forwardRef(() => JsonTree)],
  template: `
    @if (entries(); as entries) {
      <details [open]="depth() < openUpTo">
        <summary>
          <span class="key">{{ name() }}</span> <span class="ls-muted">{{ summary() }}</span>
        </summary>
        <div class="children">
          @for (entry of entries; track entry.key) {
            <ls-json [name]="entry.key" [value]="entry.value" [depth]="depth() + 1" />
          }
        </div>
      </details>
    } @else {
      <div class="leaf">
        <span class="key">{{ name() }}</span> <span [class]="kind()">{{ text() }}</span>
      </div>
    }
  `,
  styles: `
    :host {
      display: block;
      font: var(--ls-text-mono-small);
    }
    summary {
      min-height: 24px;
      padding: 4px 0;
      cursor: pointer;
    }
    .leaf {
      padding: 4px 0 4px 14px;
    }
    .children {
      padding-left: 14px;
      border-left: 1px solid var(--ls-line);
    }
    .key:not(:empty) {
      margin-right: var(--ls-space-2);
      color: var(--ls-series-1);
    }
    .number,
    .boolean {
      color: var(--ls-series-2);
    }
    .null {
      color: var(--ls-muted);
      font-style: italic;
    }
  `,
})
export class JsonTree {
  readonly value = input.required<unknown>();
  readonly name = input('');
  readonly depth = input(0);

  protected readonly openUpTo = OPEN_UP_TO;
  protected readonly kind = computed(() => (this.value() === null ? 'null' : typeof this.value()));
  protected readonly text = computed(() => clipMiddle(JSON.stringify(this.value()) ?? 'undefined', 2000));
  protected readonly entries = computed(() => {
    const value = this.value();
    return typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, child]: [string, unknown]) => ({ key, value: child }))
      : undefined;
  });
  protected readonly summary = computed(() => {
    const count = this.entries()?.length ?? 0;
    return Array.isArray(this.value()) ? `[${count}]` : `{${count}}`;
  });
}
