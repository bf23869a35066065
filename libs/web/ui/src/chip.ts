import { Component, input } from '@angular/core';

export type ChipTone = 'neutral' | 'primary' | 'ok' | 'warn' | 'bad' | 'dim';

/** A short fact beside something: a type, a state, a feature. Its text carries the meaning, the colour repeats it. */
@Component({
  selector: 'ls-chip',
  template: `<ng-content />`,
  host: { '[class]': 'tone()' },
  styles: `
    :host {
      display: inline-block;
      padding: 0 6px;
      border: 1px solid var(--ls-line);
      border-radius: 4px;
      background: var(--ls-surface);
      color: var(--ls-ink);
      font: 12px/18px var(--ls-font);
      white-space: nowrap;
      vertical-align: middle;
    }
    :host(.primary) {
      border-color: var(--ls-primary);
      color: var(--ls-primary);
    }
    :host(.ok) {
      border-color: var(--ls-ok);
      color: var(--ls-ok);
    }
    :host(.warn) {
      border-color: var(--ls-warn);
      color: var(--ls-warn);
    }
    :host(.bad) {
      border-color: var(--ls-bad);
      color: var(--ls-bad);
    }
    :host(.dim) {
      border-color: transparent;
      background: var(--ls-hover);
      color: var(--ls-muted);
      font-style: italic;
    }
  `,
})
export class Chip {
  readonly tone = input<ChipTone>('neutral');
}
