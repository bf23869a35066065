import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import { Api, createVolume, type Problem, problemFrom } from '@lakescope/web-api';
import { AccessProblem } from '../access/access-problem';
import { isVolumeName } from './volume-name';

/** The schema that gets the volume. */
export interface VolumePlace {
  readonly catalog: string;
  readonly schema: string;
}

/** Creates a managed volume. Closes with its name once it is there. */
@Component({
  selector: 'ls-create-volume-dialog',
  imports: [AccessProblem, MatButton, MatDialogClose],
  templateUrl: './create-volume-dialog.html',
  styleUrl: './create-volume-dialog.css',
})
export class CreateVolumeDialog {
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<CreateVolumeDialog, string>>(MatDialogRef);
  protected readonly place = inject<VolumePlace>(MAT_DIALOG_DATA);

  protected readonly names = [this.place.catalog, this.place.schema];
  protected readonly name = signal('');
  protected readonly comment = signal('');
  protected readonly isTried = signal(false);
  protected readonly isSaving = signal(false);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly isRefused = computed(() => this.isTried() && !isVolumeName(this.name()));

  protected onName(event: Event): void {
    this.name.set((event.target as HTMLInputElement).value);
  }

  protected onComment(event: Event): void {
    this.comment.set((event.target as HTMLInputElement).value);
  }

  protected onSubmit(event: Event): void {
    event.preventDefault();
    void this.create();
  }

  protected async create(): Promise<void> {
    this.isTried.set(true);
    const name = this.name().trim();
    if (!isVolumeName(name) || this.isSaving()) return;
    const comment = this.comment().trim();
    this.isSaving.set(true);
    this.problem.set(undefined);
    try {
      await this.api.invoke(createVolume, { body: { ...this.place, name, ...(comment === '' ? {} : { comment }) } });
      this.dialog.close(name);
    } catch (error) {
      this.problem.set(problemFrom(error));
    } finally {
      this.isSaving.set(false);
    }
  }
}
