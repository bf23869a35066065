import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import { ByteSize, Notice, TimeAgo } from '@lakescope/web-ui';
import { nameRefusal, nextFreeName, visibleName } from '../../entry-list/file-name';
import { nameOf } from '../volume-path';
import { type ConflictDecision, type Upload } from './upload';
import { Uploads } from './uploads';

export interface ConflictAnswer {
  readonly decision: ConflictDecision;
  /** The same for every other file that waits for a word. */
  readonly isForAll: boolean;
}

/** Asks what is to become of a file that is already there, and shows both of them. Closes with the answer. */
@Component({
  selector: 'ls-conflict-dialog',
  imports: [ByteSize, MatButton, MatDialogClose, Notice, TimeAgo],
  templateUrl: './conflict-dialog.html',
  styleUrl: './conflict-dialog.css',
})
export class ConflictDialog {
  private readonly dialog = inject<MatDialogRef<ConflictDialog, ConflictAnswer>>(MatDialogRef);
  private readonly uploads = inject(Uploads);

  protected readonly upload = inject<Upload>(MAT_DIALOG_DATA);
  protected readonly name = visibleName(this.upload.name());
  protected readonly folder = visibleName(nameOf(this.upload.folder()));
  protected readonly mineModifiedAt = new Date(this.upload.source.fileModified).toISOString();
  protected readonly conflict = computed(() => {
    const state = this.upload.state();
    return state.kind === 'conflict' ? state.conflict : undefined;
  });
  protected readonly others = computed(() => this.uploads.conflicts().length - 1);
  protected readonly newName = signal(nextFreeName(this.upload.name(), () => false));
  protected readonly isForAll = signal(false);
  protected readonly isAsked = signal(false);
  protected readonly refusal = computed(() =>
    this.newName() === this.upload.name() ? $localize`That is the name that is taken.` : nameRefusal(this.newName()),
  );

  protected edit(event: Event): void {
    this.newName.set((event.target as HTMLInputElement).value);
  }

  protected switchForAll(event: Event): void {
    this.isForAll.set((event.target as HTMLInputElement).checked);
  }

  protected answer(kind: 'keep' | 'replace'): void {
    this.dialog.close({ decision: { kind }, isForAll: this.isForAll() });
  }

  protected rename(event: Event): void {
    event.preventDefault();
    this.isAsked.set(true);
    if (this.refusal() !== undefined) return;
    this.dialog.close({ decision: { kind: 'rename', name: this.newName() }, isForAll: this.isForAll() });
  }
}
