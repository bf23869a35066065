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
    <h2 id="ls-start-warehouse-title" i18n>Start the SQL warehouse {{ name }}?</h2>
    <p i18n>
      It is stopped. Your query starts it, which can take some minutes and costs money until the warehouse stops by
      itself.
    </p>
    <label>
      <input type="checkbox" [checked]="isAlways()" (change)="isAlways.set(!isAlways())" />
      <span i18n>Always start it without asking</span>
    </label>
    <div class="buttons">
      <button data-track-id="warehouse-leave" matButton="outlined" type="button" matDialogClose i18n>Do not run</button>
      <button
        data-track-id="warehouse-start"
        matButton="filled"
        type="button"
        cdkFocusInitial
        [matDialogClose]="isAlways() ? 'always' : 'once'"
        i18n
      >
        Start and run
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
  protected readonly name = inject<string | undefined>(MAT_DIALOG_DATA) ?? '';
  protected readonly isAlways = signal(false);
}
