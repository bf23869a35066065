import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type JobDto, type JobTableDto } from '@lakescope/web-api';
import { ByteSize, Chip, formatCount, formatMilliseconds, Icon } from '@lakescope/web-ui';
import { FolderBar } from '../folder-bar';
import { reconciliationState, tableState } from '../job-states';
import { OwnConnections } from '../own-connections';
import { JobFolders } from './job-folders';

/** A line for each table of a run; one that is opened shows its folders. */
@Component({
  selector: 'ls-job-tables',
  imports: [ByteSize, Chip, FolderBar, Icon, JobFolders, RouterLink],
  providers: [OwnConnections],
  templateUrl: './job-tables.html',
  styleUrl: './job-tables.css',
})
export class JobTables {
  readonly job = input.required<JobDto>();
  /** The table whose folders are shown. */
  readonly opened = input<string>();
  /** Another table, or none. */
  readonly open = output<string | undefined>();

  private readonly own = inject(OwnConnections);

  protected readonly rows = computed(() =>
    this.job().tables.map((table) => ({
      table,
      state: tableState(table.status),
      isOver: table.status !== 'running',
      reconciliation: reconciliationState(table.reconciliation),
      rows: formatCount(Number(table.rows)),
      duration: table.duration_ms === null ? '' : formatMilliseconds(table.duration_ms),
      versions: rangeOf(table),
      inspected: this.inspected(table),
      changes: table.schema_changes.map(({ column, kind, from, to }) =>
        kind === 'added'
          ? $localize`${column}:column: added as ${to}:type:`
          : $localize`${column}:column: widened from ${from ?? ''}:from: to ${to}:to:`,
      ),
    })),
  );

  protected toggle(table: string): void {
    this.open.emit(this.opened() === table ? undefined : table);
  }

  /** The inspector's address of a table, at the newest version that this run wrote; it looks with one's own connections alone. */
  private inspected({ table, versions }: JobTableDto): Readonly<Record<string, string>> | undefined {
    const { target } = this.job().config;
    if (versions === null || !this.own.has(target.connection_id)) return undefined;
    return {
      path: `${target.uri.replace(/\/+$/, '')}/${table}`,
      connection: target.connection_id,
      version: versions.to,
    };
  }
}

function rangeOf({ versions }: JobTableDto): string {
  if (versions === null) return '';
  return versions.from === versions.to ? versions.to : `${versions.from}–${versions.to}`;
}
