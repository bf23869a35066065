import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { type TableDetailDto } from '@lakescope/web-api';
import { ByteSize, Chip, ClippedText, compactCount, formatCount, Icon, TimeAgo } from '@lakescope/web-ui';
import { Places } from '../preferences/places';
import { FileTime } from './file-time';
import { namesOf, placeOf, sourceText, type TableSource } from './table-source';

/** What the table is called, where it is, and how much there is of it. */
@Component({
  selector: 'ls-table-header',
  imports: [ByteSize, Chip, ClippedText, FileTime, Icon, MatButton, RouterLink, TimeAgo],
  templateUrl: './table-header.html',
  styleUrl: './table-header.css',
})
export class TableHeader {
  readonly name = input.required<string>();
  /** Undefined until it is known. */
  readonly table = input<TableDetailDto>();
  readonly source = input.required<TableSource>();

  private readonly places = inject(Places);

  protected readonly where = computed(() => sourceText(this.source()));
  /** The folder of a volume can be looked into as it is. */
  protected readonly folder = computed(() => {
    const source = this.source();
    return source.kind === 'volume' ? source.path : undefined;
  });
  /** Read by statements on the SQL warehouse, because the storage itself could not be reached as this person. */
  protected readonly isByWarehouse = computed(() => {
    const via: string | undefined = this.table()?.via;
    return via === 'warehouse';
  });
  protected readonly catalogPage = computed(() => ['/catalog', ...namesOf(this.source())]);
  protected readonly isFavourite = computed(() => this.places.isFavourite(placeOf(this.source())));
  protected readonly rows = computed(() => {
    const { num_rows = null, rows_exact } = this.table() ?? {};
    if (num_rows === null) return undefined;
    const short = compactCount(num_rows);
    return { short: rows_exact ? short : `≥ ${short}`, exact: formatCount(num_rows) };
  });

  protected toggleFavourite(): void {
    this.places.toggleFavourite(placeOf(this.source()));
  }
}
