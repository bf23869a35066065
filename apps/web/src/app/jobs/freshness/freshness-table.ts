import { Clipboard } from '@angular/cdk/clipboard';
import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { type TableFreshnessDto } from '@lakescope/web-api';
import { Chip, csvLine, exactTime, formatCount, Icon, RowKeys, rowScroll, TimeAgo } from '@lakescope/web-ui';
import { Toasts } from '../../shell/toasts';
import { FRESHNESS_COLUMNS, type FreshnessColumn, freshnessLines } from './freshness-columns';
import { type FreshnessKey, type FreshnessOrder } from './freshness-list';
import { freshnessState } from './freshness-states';
import { lagText } from './minutes';
import { ThresholdEdit } from './threshold-edit';

/** A table, and whether its threshold is its own. */
export interface FreshnessLine {
  readonly table: TableFreshnessDto;
  readonly hasOwnLimit: boolean;
  /** With which it is inspected; undefined where that is not known, or not one's own. */
  readonly connection: string | undefined;
}

/** Tables by how far they lie behind, one a row; only those in sight are drawn. */
@Component({
  selector: 'ls-freshness-table',
  imports: [Chip, Icon, RouterLink, RowKeys, ThresholdEdit, TimeAgo],
  templateUrl: './freshness-table.html',
  styleUrls: ['../../shell/stacked-table.css', './freshness-table.css'],
})
export class FreshnessTable {
  readonly lines = input.required<readonly FreshnessLine[]>();
  readonly shown = input.required<ReadonlySet<FreshnessColumn>>();
  readonly order = input.required<FreshnessOrder>();
  readonly ordered = output<FreshnessKey>();
  /** Minutes; undefined to take the table's own threshold away. */
  readonly limited = output<{ readonly table: TableFreshnessDto; readonly minutes: number | undefined }>();

  private readonly clipboard = inject(Clipboard);
  private readonly toasts = inject(Toasts);
  protected readonly scroll = rowScroll(computed(() => this.lines().length));
  protected readonly columns = computed(() => FRESHNESS_COLUMNS.filter(({ key }) => this.shown().has(key)));
  protected readonly rows = computed(() => {
    const { first, end } = this.scroll.window();
    return this.lines()
      .slice(first, end)
      .map(({ table, hasOwnLimit, connection }, offset) => ({
        table,
        hasOwnLimit,
        index: first + offset,
        key: JSON.stringify([table.user_id, table.source.manifest_uri, table.target_uri, table.table]),
        state: freshnessState(table.state),
        behind: lagText(table.behind_seconds),
        behindExact:
          table.behind_seconds === null ? '' : $localize`${formatCount(table.behind_seconds)}:seconds: seconds`,
        ingested: instantOf(table.watermark),
        written: instantOf(table.fence),
        inspected: connection === undefined ? undefined : inspected(table, connection),
        inspectLabel: $localize`Inspect ${table.table}:table:`,
        runLabel: $localize`Last run of ${table.table}:table:`,
      }));
  });

  protected direction(key: FreshnessKey): 'ascending' | 'descending' | null {
    const { key: present, isDescending } = this.order();
    if (present !== key) return null;
    return isDescending ? 'descending' : 'ascending';
  }

  protected copy(index: number): void {
    const tables = this.lines()
      .slice(index, index + 1)
      .map(({ table }) => table);
    const [, cells = []] = freshnessLines(tables, this.shown());
    this.clipboard.copy(csvLine(cells).trimEnd());
    this.toasts.show($localize`Row copied`);
  }
}

interface Instant {
  /** ISO 8601; undefined where the source's count is no date at all. */
  readonly at: string | undefined;
  readonly text: string;
}

function instantOf(instant: TableFreshnessDto['watermark']): Instant | undefined {
  if (instant === null) return undefined;
  return { at: instant.at ?? undefined, text: instant.at === null ? instant.ms : exactTime(instant.at) };
}

/** The inspector's address of a table. */
function inspected(
  { target_uri: uri, table }: TableFreshnessDto,
  connection: string,
): Readonly<Record<string, string>> {
  return { path: `${uri.replace(/\/+$/, '')}/${table}`, connection };
}
