import { Component, computed, input, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type HistoryEntryDto } from '@lakescope/web-api';
import { ByteSize, Chip, compactCount, exactTime, formatCount, Icon, JsonTree, TimeAgo } from '@lakescope/web-ui';
import { type ChangeBar } from './change-bars';
import { operationIcon } from './operation-icon';

/** One commit: what was done, by whom, how many rows came and went, and every recorded detail on demand. */
@Component({
  selector: 'ls-commit-row',
  imports: [ByteSize, Chip, Icon, JsonTree, RouterLink, TimeAgo],
  templateUrl: './commit-row.html',
  styleUrl: './commit-row.css',
  host: { '[class.selected]': 'isSelected()' },
})
export class CommitRow {
  readonly entry = input.required<HistoryEntryDto>();
  readonly bar = input.required<ChangeBar>();
  readonly isLatest = input(false);
  readonly isSelected = input(false);
  /** Whether it is one of those that are compared. */
  readonly isCompared = input(false);
  readonly comparedChange = output();

  protected readonly isOpen = signal(false);
  protected readonly detailsLabel = computed(() => $localize`Details of version ${this.entry().version}:version:`);
  protected readonly viewLabel = computed(
    () => $localize`View the table as of version ${this.entry().version}:version:`,
  );
  protected readonly compareLabel = computed(() => $localize`Compare version ${this.entry().version}:version:`);
  protected readonly icon = computed(() => operationIcon(this.entry().operation));
  protected readonly added = computed(() => this.rowsText(this.entry().rows_added));
  protected readonly removed = computed(() => this.rowsText(this.entry().rows_removed));
  protected readonly facts = computed(() => {
    const entry = this.entry();
    const facts: readonly (readonly [string, string | null])[] = [
      [$localize`Time`, exactTime(entry.timestamp)],
      [$localize`Time by the writer`, entry.commit_timestamp && exactTime(entry.commit_timestamp)],
      [$localize`Files`, changed(entry.files_added, entry.files_removed)],
      [$localize`User id`, entry.user_id],
      [$localize`Engine`, entry.engine_info],
      [$localize`Read version`, entry.read_version === null ? null : String(entry.read_version)],
      [$localize`Isolation`, entry.isolation_level],
      [$localize`Blind append`, entry.is_blind_append === null ? null : String(entry.is_blind_append)],
      [$localize`Cluster`, entry.cluster_id],
      [$localize`Note`, entry.user_metadata],
    ];
    return facts.filter((fact): fact is readonly [string, string] => fact[1] !== null && fact[1] !== '');
  });
  protected readonly metrics = computed(() =>
    Object.entries(this.entry().operation_metrics).map(([name, value]) => ({ name, value: formatCount(value) })),
  );
  protected readonly origins = computed(() => {
    const { notebook, job } = this.entry();
    return [
      ...(notebook ? [{ name: 'notebook', value: notebook }] : []),
      ...(job ? [{ name: 'job', value: job }] : []),
    ];
  });
  protected readonly hasParameters = computed(() => Object.keys(this.entry().operation_parameters).length > 0);

  protected toggle(): void {
    this.isOpen.update((open) => !open);
  }

  private rowsText(rows: string | null): { short: string; exact: string } | undefined {
    return rows === null || rows === '0' ? undefined : { short: compactCount(rows), exact: formatCount(rows) };
  }
}

/** A number that nobody counted is a question mark; nothing at all where neither was counted. */
function changed(added: number | null, removed: number | null): string | null {
  const text = (count: number | null) => (count === null ? '?' : formatCount(count));
  return added === null && removed === null ? null : `+${text(added)} / −${text(removed)}`;
}
