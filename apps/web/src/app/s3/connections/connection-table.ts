import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type S3ConnectionDto } from '@lakescope/web-api';
import { Chip, Icon, TimeAgo } from '@lakescope/web-ui';
import { LastChecks } from './last-checks';
import { verdictOf } from './rights';

/** The connections, what they lead to, and how the last check of each went. */
@Component({
  selector: 'ls-connection-table',
  imports: [Chip, Icon, RouterLink, TimeAgo],
  templateUrl: './connection-table.html',
  styleUrls: ['../../shell/stacked-table.css', './connection-table.css'],
})
export class ConnectionTable {
  readonly connections = input.required<readonly S3ConnectionDto[]>();
  /** The one whose report is shown. */
  readonly checked = input<string>();
  readonly check = output<S3ConnectionDto>();
  readonly edit = output<S3ConnectionDto>();
  readonly grants = output<S3ConnectionDto>();
  readonly remove = output<S3ConnectionDto>();

  private readonly lastChecks = inject(LastChecks);

  protected readonly rows = computed(() =>
    this.connections().map((connection) => {
      const { name, bucket, prefix } = connection;
      const place = bucket === null ? undefined : `s3://${bucket}/${prefix ?? ''}`;
      const last = this.lastChecks.of(connection);
      return {
        connection,
        link: `/s3/${connection.id}`,
        // Where looking begins; without a bucket of its own, with the list of them.
        query: bucket === null ? {} : { bucket, ...(prefix === null ? {} : { prefix }) },
        place,
        short: [connection.endpoint ?? 'AWS', place].filter((text) => text !== undefined).join(' '),
        last: last && { ...verdictOf(last), at: last.checkedAt },
        checkLabel: $localize`Check the rights of ${name}:name:`,
        editLabel: $localize`Edit ${name}:name:`,
        grantsLabel: $localize`Who may start jobs with ${name}:name:`,
        deleteLabel: $localize`Delete ${name}:name:`,
      };
    }),
  );
}
