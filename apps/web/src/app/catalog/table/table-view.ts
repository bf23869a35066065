import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { apiResource, getTable } from '@lakescope/web-api';
import { ByteSize, EmptyState, Notice, Skeleton, TabBar } from '@lakescope/web-ui';
import { Places } from '../../preferences/places';
import { PageTitle } from '../../shell/page-title';
import { UsageEvents } from '../../tracking/usage-events';
import { AccessProblem } from '../access/access-problem';
import { MissingGrant } from '../access/missing-grant';
import { fullName } from '../catalog-place';
import { FavouriteStar } from '../favourite-star';
import { ObjectHeader } from '../object-header';
import { CatalogTree } from '../tree/catalog-tree';
import { WarehouseConsent } from '../warehouse/warehouse-consent';
import { isView, typeWord } from './table-kind';
import { ColumnList } from './columns/column-list';
import { GrantList } from './grants/grant-list';
import { RecentCommits } from './history/recent-commits';
import { TableOverview } from './overview/table-overview';
import { tableSize } from './table-size';
import { TableSample } from './sample/table-sample';
import { queryUrl, tabFrom, tabsOf } from './table-tabs';

/** One table or view: its facts, and what can be seen of it and done with it. */
@Component({
  selector: 'ls-table-view',
  imports: [
    AccessProblem,
    ByteSize,
    ColumnList,
    EmptyState,
    FavouriteStar,
    GrantList,
    MatButton,
    MissingGrant,
    Notice,
    ObjectHeader,
    RecentCommits,
    RouterLink,
    Skeleton,
    TabBar,
    TableOverview,
    TableSample,
  ],
  templateUrl: './table-view.html',
  styleUrl: './table-view.css',
})
export class TableView {
  readonly names = input.required<readonly string[]>();
  readonly tab = input<string>();

  private readonly title = inject(PageTitle);
  private readonly places = inject(Places);
  private readonly usage = inject(UsageEvents);
  private readonly tree = inject(CatalogTree);
  private readonly consent = inject(WarehouseConsent);

  protected readonly tabs = computed(() => tabsOf(this.names()));
  protected readonly queryUrl = computed(() => queryUrl(this.names()));
  protected readonly selectedTab = computed(() => tabFrom(this.tab()));
  protected readonly fullName = computed(() => fullName(this.names()));
  protected readonly place = computed(() => ({ kind: 'table' as const, path: this.fullName() }));
  protected readonly detail = apiResource(getTable, () => ({
    path: { full_name: this.fullName() },
    query: this.consent.options(),
  }));
  /** While another one loads, the former one is not shown for it. */
  protected readonly table = computed(() => {
    const table = this.detail.problem() ? undefined : this.detail.latest();
    return table?.full_name.toLowerCase() === this.fullName().toLowerCase() ? table : undefined;
  });
  protected readonly type = computed(() => {
    const table = this.table();
    return table && typeWord(table.table_type);
  });
  protected readonly isView = computed(() => isView(this.table()?.table_type ?? null));
  /** Where the Delta Inspector shows it: by its folder, where that can be read as a volume, else by its name. */
  protected readonly inspected = computed(() => {
    const { inspector_path: path = null, data_source_format } = this.table() ?? {};
    if (path !== null) return { path };
    return data_source_format === 'DELTA' && !this.isView() ? { full_name: this.fullName() } : undefined;
  });
  protected readonly size = tableSize(this.table);
  /** What a link that does not say so may have meant. */
  protected readonly hasVolumeOfName = computed(
    () => this.detail.problem()?.status === 404 && this.tree.nodeOf(this.names(), 'volume') !== undefined,
  );
  protected readonly schemaNames = computed(() => this.names().slice(0, 2));
  protected readonly schemaOwner = computed(() => this.tree.nodeOf(this.schemaNames())?.facts?.owner);

  constructor() {
    effect(() => {
      const table = this.detail.value();
      const place = this.place();
      if (!table) return;
      untracked(() => {
        this.title.name(table.full_name, $localize`Catalog`);
        this.places.visit(place);
        this.usage.record('schema_detected', { metadata: { columns: table.column_count } });
      });
    });
  }
}
