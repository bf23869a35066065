import { Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose } from '@angular/material/dialog';

/** Undefined is a no. */
export type WarehouseAnswer = 'once' | 'always' | undefined;

/** Asks before a stopped warehouse is started. */
@Component({
  selector: 'ls-start-warehouse-dialog',
  imports: [MatButton, MatDialogClose],
  template: `
    <h2 id="ls-start-warehouse-title">{{ title }}</h2>
    <p i18n>It is stopped. Starting takes from a few seconds to some minutes.</p>
    <p i18n>It costs money while it runs, and stops by itself when nobody uses it.</p>
    <label>
      <input type="checkbox" [checked]="isAlways()" (change)="isAlways.set(!isAlways())" />
      <span i18n>Always start it without asking</span>
    </label>
    <div class="buttons">
      <button data-track-id="warehouse-leave" matButton="outlined" type="button" matDialogClose i18n>
        Leave it stopped
      </button>
      <button
        data-track-id="warehouse-start"
        matButton="filled"
        type="button"
        cdkFocusInitial
        [matDialogClose]="isAlways() ? 'always' : 'once'"
        i18n
      >
        Start it
      </button>
    </div>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-3);
      padding: var(--ls-space-4);
    }
    label {
      display: flex;
      align-items: center;
      gap: var(--ls-space-2);
      min-height: 24px;
    }
    input {
      width: 16px;
      height: 16px;
      margin: 0;
      accent-color: var(--ls-primary);
    }
    .buttons {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: var(--ls-space-2);
    }
  `,
})
export class StartWarehouseDialog {
  private readonly name = inject<string | undefined>(MAT_DIALOG_DATA);
  protected readonly title =
    this.name === undefined
      ? $localize`Start the SQL warehouse?`
      : $localize`Start the SQL warehouse “${this.name}:name:”?`;
  protected readonly isAlways = signal(false);
}
