import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose, MatDialogRef } from '@angular/material/dialog';
import { fieldProblems, type Problem, problemFrom, type S3ConnectionDto } from '@lakescope/web-api';
import { Notice, ProblemBanner } from '@lakescope/web-ui';
import { changedConnection, draftOf, newConnection } from './connection-draft';
import { type ConnectionsStore } from './connections-store';

export interface ConnectionFormData {
  /** Undefined for a new one. */
  readonly connection: S3ConnectionDto | undefined;
  readonly store: ConnectionsStore;
}

/** Makes or changes a connection. Closes with it when it is stored. */
@Component({
  selector: 'ls-connection-form',
  imports: [MatButton, MatDialogClose, Notice, ProblemBanner],
  templateUrl: './connection-form.html',
  styleUrls: ['../../shell/form-fields.css', '../../shell/form.css', './connection-form.css'],
})
export class ConnectionForm {
  private readonly dialog = inject<MatDialogRef<ConnectionForm, S3ConnectionDto>>(MatDialogRef);
  private readonly data = inject<ConnectionFormData>(MAT_DIALOG_DATA);

  /** What the fields show, and which version a write builds on. */
  protected readonly connection = signal(this.data.connection);
  protected readonly draft = computed(() => draftOf(this.connection()));
  protected readonly isSaving = signal(false);
  /** What somebody else stored meanwhile; null when they deleted it. */
  protected readonly conflict = signal<S3ConnectionDto | null | undefined>(undefined);
  private readonly failure = signal<Problem | undefined>(undefined);
  protected readonly fields = computed(() => fieldProblems(this.failure()?.details ?? {}));
  /** What is said of fields stands beside them. */
  protected readonly problem = computed(() => (this.fields().size > 0 ? undefined : this.failure()));

  protected save(event: Event): Promise<void> {
    event.preventDefault();
    return this.store(event.target as HTMLFormElement, this.connection()?.version);
  }

  /** Writes what is in the fields over what somebody else has stored, which was shown. */
  protected saveOver(form: HTMLFormElement, theirs: S3ConnectionDto): Promise<void> {
    return this.store(form, theirs.version);
  }

  /** Fills the fields with what is stored now. */
  protected takeTheirs(form: HTMLFormElement, theirs: S3ConnectionDto): void {
    form.reset();
    this.conflict.set(undefined);
    this.failure.set(undefined);
    this.connection.set(theirs);
  }

  private async store(form: HTMLFormElement, version: number | undefined): Promise<void> {
    if (this.isSaving()) return;
    const entered = new FormData(form);
    const read = (name: string): string => {
      const value = entered.get(name);
      return typeof value === 'string' ? value : '';
    };
    const id = this.connection()?.id;
    this.isSaving.set(true);
    this.failure.set(undefined);
    this.conflict.set(undefined);
    try {
      const stored =
        id === undefined || version === undefined
          ? await this.data.store.create(newConnection(read))
          : await this.data.store.update(id, version, changedConnection(read));
      this.dialog.close(stored);
    } catch (error) {
      await this.explain(problemFrom(error), id);
    } finally {
      this.isSaving.set(false);
    }
  }

  /** Of a conflict it is shown what the other one stored, so that it can be decided. */
  private async explain(problem: Problem, id: string | undefined): Promise<void> {
    const isConflict = problem.code === 'PRECONDITION_FAILED' || problem.code === 'NOT_FOUND';
    if (id === undefined || !isConflict) {
      this.failure.set(problem);
      return;
    }
    try {
      this.conflict.set((await this.data.store.stored(id)) ?? null);
    } catch (error) {
      this.failure.set(problemFrom(error));
    }
  }
}
