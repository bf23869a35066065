import { Component, computed, DOCUMENT, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { type S3ConnectionDto } from '@lakescope/web-api';
import { EmptyState, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';
import { focusMain } from '../../shell/focus-main';
import { Personas } from '../../shell/personas';
import { Toasts } from '../../shell/toasts';
import { ConnectionCheck } from './connection-check';
import { ConnectionForm, type ConnectionFormData } from './connection-form';
import { ConnectionGrants } from './connection-grants';
import { ConnectionTable } from './connection-table';
import { ConnectionsStore } from './connections-store';

/** One's own ways to S3: what they lead to, what they may do there, and their making, changing and deleting. */
@Component({
  selector: 'ls-connections-page',
  imports: [ConnectionCheck, ConnectionTable, EmptyState, Icon, MatButton, ProblemBanner, Skeleton],
  providers: [ConnectionsStore],
  templateUrl: './connections-page.html',
  styleUrl: './connections-page.css',
})
export class ConnectionsPage {
  /** Query parameter: the connection whose rights are shown. */
  readonly check = input<string>();

  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private readonly dialog = inject(MatDialog);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(Toasts);
  private readonly personas = inject(Personas);
  protected readonly store = inject(ConnectionsStore);

  protected readonly checked = computed(() => this.store.connections().find(({ id }) => id === this.check()));
  /** Nobody makes the connection of the environment, so alone it is no sign that one knows how. */
  protected readonly isEmpty = computed(() => this.store.connections().length === 0);
  protected readonly isLocal = computed(() => this.personas.names().length > 0);

  protected edit(connection?: S3ConnectionDto): void {
    const data: ConnectionFormData = { connection, store: this.store };
    this.dialog
      .open<ConnectionForm, ConnectionFormData, S3ConnectionDto>(ConnectionForm, {
        data,
        width: '640px',
        maxWidth: 'calc(100vw - 24px)',
        ariaLabelledBy: 'ls-s3-connection-title',
      })
      .afterClosed()
      .subscribe((stored) => {
        if (stored) this.toasts.show($localize`“${stored.name}:name:” is stored`);
      });
  }

  protected showGrants(connection: S3ConnectionDto): void {
    this.dialog.open<ConnectionGrants, S3ConnectionDto>(ConnectionGrants, {
      data: connection,
      width: '560px',
      maxWidth: 'calc(100vw - 24px)',
      ariaLabelledBy: 'ls-s3-grants-title',
    });
  }

  protected async remove(connection: S3ConnectionDto): Promise<void> {
    const { name, id } = connection;
    const isWanted = await this.dialogs.confirm({
      title: $localize`Delete the S3 connection “${name}:name:”?`,
      consequences: [
        $localize`Its keys are deleted with it. Nothing in the storage itself is touched.`,
        $localize`Nobody starts jobs with it any more: yours and others’ schedules that use it fail.`,
        $localize`Links here that name it lead nowhere any more, those of favourites and recent places among them.`,
        $localize`It is written down in the audit log under your name.`,
      ],
      action: $localize`Delete the connection`,
      isDestructive: true,
    });
    if (!isWanted || !(await this.store.remove(connection))) return;
    if (this.check() === id) this.showReport(undefined);
    this.toasts.show($localize`“${name}:name:” is deleted`);
    // The button that was pressed goes with its row.
    focusMain(this.document);
  }

  /** Tries what is least, and where the connection begins. */
  protected run(connection: S3ConnectionDto): void {
    this.showReport(connection.id);
    void this.store.check(connection, {});
  }

  protected showReport(id: string | undefined): void {
    void this.router.navigate(['/s3'], { queryParams: { check: id ?? null }, replaceUrl: true });
  }
}
