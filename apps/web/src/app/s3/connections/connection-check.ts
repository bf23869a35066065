import { Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type S3ConnectionDto } from '@lakescope/web-api';
import { Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { ConnectionsStore } from './connections-store';
import { RightsReport } from './rights-report';

/** Tries the rights of one connection, where somebody says, and shows how it went. */
@Component({
  selector: 'ls-connection-check',
  imports: [Icon, MatButton, ProblemBanner, RightsReport, Skeleton],
  templateUrl: './connection-check.html',
  styleUrls: ['../../shell/form-fields.css', './connection-check.css'],
})
export class ConnectionCheck {
  readonly connection = input.required<S3ConnectionDto>();
  readonly closed = output();

  private readonly store = inject(ConnectionsStore);
  protected readonly outcome = computed(() => this.store.checks().get(this.connection().id));

  protected run(event: Event): void {
    event.preventDefault();
    if (this.outcome()?.kind === 'checking') return;
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const bucket = text('bucket').trim();
    void this.store.check(this.connection(), {
      // An empty bucket is the connection's own; a prefix belongs to the bucket that is named.
      ...(bucket === '' ? {} : { bucket, prefix: text('prefix') }),
      // Taken as it is: blanks are part of a key.
      ...(text('key') === '' ? {} : { key: text('key') }),
      write: form.get('write') === 'on',
    });
  }
}
