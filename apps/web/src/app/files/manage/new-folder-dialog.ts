import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import { Api, type Problem, problemFrom, putDirectory } from '@lakescope/web-api';
import { ProblemBanner } from '@lakescope/web-ui';
import { nameRefusal, visibleName } from '../../entry-list/file-name';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { entryOf } from '../folder-contents';
import { nameOf } from '../volume-path';

export interface NewFolderPlace {
  /** The folder that the new one is to be in. */
  readonly parent: string;
  /** Names that are taken there, as far as is known. */
  readonly taken: ReadonlySet<string>;
}

/** Asks for a name and makes the folder. Closes with its entry. */
@Component({
  selector: 'ls-new-folder-dialog',
  imports: [MatButton, MatDialogClose, ProblemBanner],
  templateUrl: './new-folder-dialog.html',
  styleUrl: './name-dialog.css',
})
export class NewFolderDialog {
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<NewFolderDialog, FolderEntry>>(MatDialogRef);
  private readonly place = inject<NewFolderPlace>(MAT_DIALOG_DATA);

  protected readonly parentName = visibleName(nameOf(this.place.parent));
  protected readonly name = signal('');
  protected readonly isAsked = signal(false);
  protected readonly isSending = signal(false);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly refusal = computed(() => {
    const name = this.name();
    if (!this.isAsked() && name === '') return undefined;
    if (this.place.taken.has(name)) return $localize`There is something called “${visibleName(name)}:name:” already.`;
    return nameRefusal(name);
  });

  protected edit(event: Event): void {
    this.name.set((event.target as HTMLInputElement).value);
    this.problem.set(undefined);
  }

  protected async create(event: Event): Promise<void> {
    event.preventDefault();
    this.isAsked.set(true);
    if (this.refusal() !== undefined || this.isSending()) return;
    this.isSending.set(true);
    this.problem.set(undefined);
    try {
      const path = `${this.place.parent}/${this.name()}`;
      this.dialog.close(entryOf(await this.api.invoke(putDirectory, { body: { path } })));
    } catch (error) {
      this.problem.set(problemFrom(error));
    } finally {
      this.isSending.set(false);
    }
  }
}
