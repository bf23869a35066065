import { Component, computed, input } from '@angular/core';
import { ByteSize, Chip, ClippedText, CopyButton, formatCount, TimeAgo } from '@lakescope/web-ui';
import { type CatalogTableDetailDto } from '@lakescope/web-api';
import { isView } from '../table-kind';
import { type TableSize } from '../table-size';

/** What is known about a table beside its columns and rows: names, place, dates, properties, and the query of a view. */
@Component({
  selector: 'ls-catalog-table-overview',
  imports: [ByteSize, Chip, ClippedText, CopyButton, TimeAgo],
  templateUrl: './table-overview.html',
  styleUrl: './table-overview.css',
})
export class TableOverview {
  readonly table = input.required<CatalogTableDetailDto>();
  readonly size = input.required<TableSize>();

  protected readonly isView = computed(() => isView(this.table().table_type));
  protected readonly columns = computed(() => formatCount(this.table().column_count));
  protected readonly partitions = computed(() =>
    this.table()
      .columns.filter(({ partition_index }) => partition_index !== null)
      .sort((a, b) => (a.partition_index ?? 0) - (b.partition_index ?? 0))
      .map(({ name }) => name),
  );
  protected readonly properties = computed(() =>
    Object.entries(this.table().properties).sort(([a], [b]) => a.localeCompare(b)),
  );
}
