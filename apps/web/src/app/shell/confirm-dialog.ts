import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose } from '@angular/material/dialog';

export interface Confirmation {
  /** A question that names the object. */
  readonly title: string;
  /** What follows from a yes, a sentence each. */
  readonly consequences: readonly string[];
  /** What the button does, as a verb. */
  readonly action: string;
  readonly isDestructive: boolean;
}

/** Asks before something that cannot be undone, or that others feel. Closes with true for a yes. */
@Component({
  selector: 'ls-confirm-dialog',
  imports: [MatButton, MatDialogClose],
  template: `
    <h2 id="ls-confirm-title">{{ data.title }}</h2>
    <ul>
      @for (consequence of data.consequences; track consequence) {
        <li>{{ consequence }}</li>
      }
    </ul>
    <div class="buttons">
      <button data-track-id="confirm-cancel" matButton="outlined" type="button" matDialogClose i18n>Cancel</button>
      <button
        data-track-id="confirm-accept"
        matButton="filled"
        type="button"
        [class.ls-destructive]="data.isDestructive"
        [matDialogClose]="true"
      >
        {{ data.action }}
      </button>
    </div>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-3);
      padding: var(--ls-space-4);
    }
    ul {
      display: grid;
      gap: var(--ls-space-1);
      padding-left: var(--ls-space-4);
      list-style: disc;
    }
    .buttons {
      display: flex;
      justify-content: flex-end;
      gap: var(--ls-space-2);
    }
  `,
})
export class ConfirmDialog {
  protected readonly data = inject<Confirmation>(MAT_DIALOG_DATA);
}
