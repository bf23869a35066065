import { Component, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type Comparison } from './comparison';

/** Two numbers of versions to compare: for those that are far apart in the timeline, or not in it any more. */
@Component({
  selector: 'ls-version-picker',
  imports: [MatButton],
  template: `
    <form data-track-id="delta-compare" (submit)="submit($event)">
      <label
        ><span i18n>Compare version</span>
        <input
          class="ls-input"
          type="number"
          min="0"
          step="1"
          inputmode="numeric"
          required
          [max]="newest() ?? null"
          [value]="shown()?.from ?? ''"
        />
      </label>
      <label
        ><span i18n>with</span>
        <input
          class="ls-input"
          type="number"
          min="0"
          step="1"
          inputmode="numeric"
          required
          [max]="newest() ?? null"
          [value]="shown()?.to ?? newest() ?? ''"
        />
      </label>
      <button data-track-id="delta-compare-versions" matButton="outlined" type="submit" i18n>Compare</button>
    </form>
  `,
  styles: `
    form,
    label {
      display: inline-flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--ls-space-2);
    }
    input {
      width: 88px;
    }
  `,
})
export class VersionPicker {
  readonly newest = input<number>();
  readonly shown = input<Comparison>();
  readonly chosen = output<Comparison>();

  protected submit(event: Event): void {
    event.preventDefault();
    const fields = [...(event.target as HTMLFormElement).querySelectorAll('input')].map(({ value }) => value);
    const [from = -1, to = -1] = fields.map(Number);
    if (from !== to && from >= 0 && to >= 0) this.chosen.emit({ from: Math.min(from, to), to: Math.max(from, to) });
  }
}
