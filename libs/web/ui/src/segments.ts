import { Component, input, model } from '@angular/core';

export interface Segment<T extends string = string> {
  readonly value: T;
  readonly label: string;
}

/** One of a few, side by side: radio buttons in the shape of one control. */
@Component({
  selector: 'ls-segments',
  template: `
    <fieldset>
      <legend class="ls-visually-hidden">{{ label() }}</legend>
      @for (option of options(); track option.value) {
        <label [class.chosen]="option.value === choice()">
          <input
            class="ls-visually-hidden"
            type="radio"
            [name]="group"
            [value]="option.value"
            [checked]="option.value === choice()"
            (change)="choice.set(option.value)"
          />
          {{ option.label }}
        </label>
      }
    </fieldset>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    fieldset {
      display: inline-flex;
      min-width: 0;
      margin: 0;
      padding: 0;
      border: 1px solid var(--ls-line);
      border-radius: var(--ls-radius);
      background: var(--ls-surface);
    }
    label {
      position: relative;
      padding: 0 10px;
      border-radius: calc(var(--ls-radius) - 1px);
      color: var(--ls-muted);
      font: 14px / calc(var(--ls-control) - 2px) var(--ls-font);
      white-space: nowrap;
      cursor: pointer;
    }
    :host(.small) label {
      padding: 0 var(--ls-space-2);
      font: 12px/24px var(--ls-font);
    }
    label:hover {
      color: var(--ls-ink);
    }
    .chosen {
      background: var(--ls-selected);
      color: var(--ls-primary);
      font-weight: 600;
    }
    @media (max-width: 479px) {
      :host(:not(.small)) label {
        padding: 0 6px;
      }
    }
    label:has(:focus-visible) {
      outline: 2px solid var(--ls-primary);
      outline-offset: 2px;
    }
  `,
})
export class Segments<T extends string> {
  readonly options = input.required<readonly Segment<T>[]>();
  readonly choice = model.required<T>();
  /** What is chosen, for a screen reader. */
  readonly label = input.required<string>();

  protected readonly group = `segments-${crypto.randomUUID()}`;
}
