import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import { Toasts } from '../../shell/toasts';
import { SavedQueries, type SavedQuery } from './saved-queries';

export const LONGEST_NAME = 100;

/** What is to get a name: a query that has none yet, or one that is kept under another name. */
export type Naming =
  | { readonly kind: 'save'; readonly query: Omit<SavedQuery, 'name'> }
  | { readonly kind: 'rename'; readonly name: string };

/** Asks for the name under which a query is kept. */
@Component({
  selector: 'ls-save-query-dialog',
  imports: [MatButton, MatDialogClose],
  template: `
    <form data-track-id="save-query-form" (submit)="save($event)">
      <h2 id="ls-save-query-title">{{ title }}</h2>
      <label>
        <span i18n>Name</span>
        <input
          class="ls-input"
          type="text"
          autocomplete="off"
          cdkFocusInitial
          [attr.maxlength]="longest"
          [value]="name()"
          (input)="onInput($event)"
        />
      </label>
      <p class="ls-small ls-muted" role="status">{{ remark() }}</p>
      <div class="buttons">
        <button data-track-id="save-query-leave" matButton="outlined" type="button" matDialogClose i18n>Cancel</button>
        <button data-track-id="save-query-keep" matButton="filled" type="submit" [disabled]="trimmed() === ''" i18n>
          Save
        </button>
      </div>
    </form>
  `,
  styles: `
    form {
      display: grid;
      gap: var(--ls-space-3);
      padding: var(--ls-space-4);
    }
    label {
      display: grid;
      gap: var(--ls-space-1);
    }
    p {
      min-height: 16px;
    }
    .buttons {
      display: flex;
      justify-content: flex-end;
      gap: var(--ls-space-2);
    }
  `,
})
export class SaveQueryDialog {
  private readonly saved = inject(SavedQueries);
  private readonly toasts = inject(Toasts);
  private readonly dialog = inject<MatDialogRef<SaveQueryDialog>>(MatDialogRef);
  private readonly naming = inject<Naming>(MAT_DIALOG_DATA);

  protected readonly longest = LONGEST_NAME;
  protected readonly title =
    this.naming.kind === 'save' ? $localize`Save this query` : $localize`Rename “${this.naming.name}:name:”`;
  protected readonly name = signal(this.naming.kind === 'save' ? '' : this.naming.name);
  protected readonly trimmed = computed(() => this.name().trim());
  private readonly isTaken = computed(
    () => this.saved.has(this.trimmed()) && (this.naming.kind === 'save' || this.naming.name !== this.trimmed()),
  );
  protected readonly remark = computed(() =>
    this.isTaken() ? $localize`A query of this name is saved already; this one takes its place.` : '',
  );

  protected onInput(event: Event): void {
    this.name.set((event.target as HTMLInputElement).value);
  }

  protected save(event: Event): void {
    event.preventDefault();
    const name = this.trimmed();
    if (name === '') return;
    if (this.naming.kind === 'save') this.saved.save({ name, ...this.naming.query });
    else this.saved.rename(this.naming.name, name);
    this.toasts.show($localize`Saved as “${name}:name:”`);
    this.dialog.close();
  }
}
