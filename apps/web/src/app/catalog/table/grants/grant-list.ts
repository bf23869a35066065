import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Chip, EmptyState, Notice } from '@lakescope/web-ui';
import { MissingGrant } from '../../access/missing-grant';
import { linkTo } from '../../catalog-place';
import { type CatalogTableDetailDto } from '@lakescope/web-api';
import { grantRows } from './grant-rows';

/** Who may do what with a table, and where that was granted. */
@Component({
  selector: 'ls-grant-list',
  imports: [Chip, EmptyState, MissingGrant, Notice, RouterLink],
  templateUrl: './grant-list.html',
  styleUrl: './grant-list.css',
})
export class GrantList {
  readonly table = input.required<CatalogTableDetailDto>();

  protected readonly names = computed(() => {
    const { catalog_name, schema_name, table_name } = this.table();
    return [catalog_name, schema_name, table_name];
  });
  protected readonly rows = computed(() =>
    grantRows(this.table().grants).map((row) => ({
      ...row,
      place: row.from && row.from.names.length > 0 ? linkTo({ names: row.from.names }).commands : undefined,
    })),
  );
}
