import { Component, input } from '@angular/core';
import { type CellView } from './cell-view';
import { Chip } from './chip';

/** One value of a row on one line; NULL and the empty string are chips, so that no text can be mistaken for them. */
@Component({
  selector: 'ls-cell',
  imports: [Chip],
  template: `
    @switch (view().kind) {
      @case ('null') {
        <ls-chip tone="dim">{{ view().text }}</ls-chip>
      }
      @case ('empty') {
        <ls-chip tone="dim">{{ view().text }}</ls-chip>
      }
      @default {
        <span [class]="view().kind">{{ view().text }}</span>
      }
    }
  `,
  styles: `
    .number,
    .special-number,
    .time {
      font-variant-numeric: tabular-nums;
    }
    .special-number {
      color: var(--ls-warn);
    }
    .binary,
    .nested {
      font: var(--ls-text-mono-small);
    }
    .binary {
      color: var(--ls-muted);
    }
  `,
})
export class CellValue {
  readonly view = input.required<CellView>();
}
