import { Component, computed, ElementRef, inject, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose } from '@angular/material/dialog';
import {
  Api,
  apiResource,
  fieldProblems,
  grantS3Connection,
  listS3ConnectionGrants,
  type Problem,
  problemFrom,
  revokeS3Connection,
  type S3ConnectionDto,
} from '@lakescope/web-api';
import { Notice, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';

/** A connection is granted to 100 people at most, so one page holds them all. */
const PAGE_SIZE = 500;

/** Whom the owner of a connection lets start jobs with it: who they are, one more, and one less. */
@Component({
  selector: 'ls-connection-grants',
  imports: [MatButton, MatDialogClose, Notice, ProblemBanner, Skeleton, TimeAgo],
  templateUrl: './connection-grants.html',
  styleUrls: ['../../shell/form-fields.css', '../../shell/stacked-table.css', './connection-grants.css'],
})
export class ConnectionGrants {
  private readonly api = inject(Api);
  private readonly dialogs = inject(Dialogs);
  private readonly field = viewChild<ElementRef<HTMLInputElement>>('field');
  private readonly close = viewChild.required<string, ElementRef<HTMLElement>>('close', { read: ElementRef });

  protected readonly connection = inject<S3ConnectionDto>(MAT_DIALOG_DATA);
  /** Undefined where the connection names no bucket: then nothing may be granted of it. */
  protected readonly place =
    this.connection.bucket === null ? undefined : `s3://${this.connection.bucket}/${this.connection.prefix ?? ''}`;
  protected readonly list = apiResource(listS3ConnectionGrants, () => ({
    path: { id: this.connection.id },
    query: { limit: PAGE_SIZE },
  }));
  protected readonly rows = computed(() =>
    (this.list.latest()?.items ?? []).map((grant) => ({
      ...grant,
      revokeLabel: $localize`Take it back from ${grant.grantee}:person:`,
    })),
  );
  protected readonly isBusy = signal(false);
  /** What was done last, for those who do not see the list change. */
  protected readonly done = signal('');
  private readonly failure = signal<Problem | undefined>(undefined);
  /** What is said against the name that was typed. */
  protected readonly refusal = computed(() => fieldProblems(this.failure()?.details ?? {}).get('grantee'));
  protected readonly problem = computed(() => (this.refusal() === undefined ? this.failure() : undefined));

  protected async grant(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.field()?.nativeElement;
    const grantee = field?.value.trim() ?? '';
    if (field === undefined || grantee === '') return;
    const path = { id: this.connection.id };
    const isGranted = await this.attempt(() => this.api.invoke(grantS3Connection, { path, body: { grantee } }));
    if (isGranted) {
      field.value = '';
      this.done.set($localize`It is granted to ${grantee}:person:.`);
    }
    field.focus();
  }

  protected async revoke(grantee: string): Promise<void> {
    if (this.isBusy()) return;
    const isWanted = await this.dialogs.confirm({
      title: $localize`Take “${this.connection.name}:name:” back from ${grantee}:person:?`,
      consequences: [
        $localize`Their jobs that are under way go on. None begins with it any more, and schedules of theirs that use it fail.`,
        $localize`It is written down in the audit log under your name, and can be granted again.`,
      ],
      action: $localize`Take it back`,
      isDestructive: true,
    });
    if (!isWanted) return;
    const path = { id: this.connection.id, grantee };
    if (await this.attempt(() => this.api.invoke(revokeS3Connection, { path }))) {
      this.done.set($localize`${grantee}:person: cannot start jobs with it any more.`);
    }
    // The button that was pressed goes with its row; without a bucket there is no field either.
    (this.field() ?? this.close()).nativeElement.focus();
  }

  /** Whether it came about. */
  private async attempt(deed: () => Promise<unknown>): Promise<boolean> {
    if (this.isBusy()) return false;
    this.isBusy.set(true);
    this.failure.set(undefined);
    this.done.set('');
    try {
      await deed();
      return true;
    } catch (error) {
      this.failure.set(problemFrom(error));
      return false;
    } finally {
      this.isBusy.set(false);
      // Also after a failure: it may have been done elsewhere meanwhile.
      this.list.reload();
    }
  }
}
