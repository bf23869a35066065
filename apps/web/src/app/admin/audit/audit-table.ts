import { Component, computed, input, output } from '@angular/core';
import { type AuditEntryDto } from '@lakescope/web-api';
import {
  Chip,
  ClippedText,
  CopyButton,
  exactTime,
  formatMilliseconds,
  Icon,
  JsonTree,
  TimeAgo,
} from '@lakescope/web-ui';
import { type AuditFilter } from './audit-filter';

const ACTING: Readonly<Record<AuditEntryDto['acting_as'], string>> = {
  user: $localize`the user`,
  app: $localize`the app`,
  system: $localize`the system`,
};

/** Entries of the audit log; each opens to all that is known of it. */
@Component({
  selector: 'ls-audit-table',
  imports: [Chip, ClippedText, CopyButton, Icon, JsonTree, TimeAgo],
  templateUrl: './audit-table.html',
  styleUrl: './audit-table.css',
})
export class AuditTable {
  readonly entries = input.required<readonly AuditEntryDto[]>();
  /** The id of the entry that is open. */
  readonly opened = input.required<string | null>();
  readonly filter = input.required<AuditFilter>();
  readonly open = output<string | null>();
  /** A value was chosen to look at alone. */
  readonly narrow = output<AuditFilter>();

  protected readonly rows = computed(() =>
    this.entries().map((entry) => ({
      ...entry,
      exact: exactTime(entry.occurred_at),
      // Where each may be broken into two lines: `ana` and `@example.com`, `INVALID_` and `REQUEST`.
      userParts: entry.user_id?.split(/(?=@)/) ?? [],
      targetParts: entry.target?.split(/(?=@)/) ?? [],
      codeParts: entry.error_code?.split(/(?<=_)/) ?? [],
      actingAs: ACTING[entry.acting_as],
      duration: entry.duration_ms === null ? '' : formatMilliseconds(entry.duration_ms),
      hasDetails: Object.keys(entry.details).length > 0,
      label: $localize`Details of ${entry.action}:action:, ${exactTime(entry.occurred_at)}:time:`,
      isOpen: entry.id === this.opened(),
    })),
  );

  protected toggle(row: { id: string; isOpen: boolean }): void {
    this.open.emit(row.isOpen ? null : row.id);
  }

  protected only(part: AuditFilter): void {
    this.narrow.emit({ ...this.filter(), ...part });
  }
}
