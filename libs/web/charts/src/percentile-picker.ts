import { Component, input, model } from '@angular/core';

/** One of the percentiles of a response time, or all of them. */
export type Percentile = 'p50' | 'p95' | 'p99';
export type PercentileChoice = Percentile | 'all';

/** Which percentile is looked at. */
@Component({
  selector: 'ls-percentile-picker',
  template: `
    <fieldset>
      <legend class="ls-visually-hidden">{{ label() }}</legend>
      @for (option of options; track option) {
        <label [class.chosen]="option === choice()">
          <input
            class="ls-visually-hidden"
            type="radio"
            [name]="group"
            [value]="option"
            [checked]="option === choice()"
            (change)="choice.set(option)"
          />
          {{ option === 'all' ? all : option }}
        </label>
      }
    </fieldset>
  `,
  styles: `
    fieldset {
      display: inline-flex;
      min-width: 0;
      margin: 0;
      padding: 0;
      border: 1px solid var(--ls-line);
      border-radius: var(--ls-radius);
    }
    label {
      position: relative;
      padding: 0 var(--ls-space-2);
      border-radius: calc(var(--ls-radius) - 1px);
      color: var(--ls-muted);
      font: 12px/24px var(--ls-font);
      cursor: pointer;
    }
    label:hover {
      color: var(--ls-ink);
    }
    .chosen {
      background: var(--ls-selected);
      color: var(--ls-primary);
      font-weight: 600;
    }
    label:has(:focus-visible) {
      outline: 2px solid var(--ls-primary);
      outline-offset: 2px;
    }
  `,
})
export class PercentilePicker {
  readonly choice = model.required<PercentileChoice>();
  readonly label = input($localize`Percentile`);

  protected readonly options: readonly PercentileChoice[] = ['p50', 'p95', 'p99', 'all'];
  protected readonly all = $localize`all`;
  protected readonly group = `percentile-${crypto.randomUUID()}`;
}
