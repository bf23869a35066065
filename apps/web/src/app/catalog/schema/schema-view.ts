import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { apiPages, listTables } from '@lakescope/web-api';
import { EmptyState, formatCount, Skeleton } from '@lakescope/web-ui';
import { firstValueFrom } from 'rxjs';
import { PageTitle } from '../../shell/page-title';
import { Toasts } from '../../shell/toasts';
import { AccessProblem } from '../access/access-problem';
import { MissingGrant } from '../access/missing-grant';
import { keyOf, linkTo } from '../catalog-place';
import { objectFrom } from '../lists/listed-node';
import { ObjectList } from '../lists/object-list';
import { ObjectHeader } from '../object-header';
import { CatalogTree } from '../tree/catalog-tree';
import { WarehouseConsent } from '../warehouse/warehouse-consent';
import { CreateVolumeDialog, type VolumePlace } from './create-volume-dialog';
import { listedTable } from './listed-table';

/** Each comes with its columns: a page is large enough for most schemas and small enough to come quickly. */
const PAGE_SIZE = 200;

/** One schema: whose it is, its tables and its volumes. */
@Component({
  selector: 'ls-schema-view',
  imports: [AccessProblem, EmptyState, MatButton, MissingGrant, ObjectHeader, ObjectList, Skeleton],
  templateUrl: './schema-view.html',
  styleUrl: './schema-view.css',
})
export class SchemaView {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();

  private readonly title = inject(PageTitle);
  private readonly router = inject(Router);
  private readonly dialog = inject(MatDialog);
  private readonly toasts = inject(Toasts);
  private readonly consent = inject(WarehouseConsent);
  protected readonly tree = inject(CatalogTree);

  protected readonly names = computed(() => [this.catalog(), this.schema()]);
  protected readonly key = computed(() => keyOf({ names: this.names() }));
  protected readonly node = computed(() => this.tree.nodeOf(this.names()));
  protected readonly owner = computed(() => this.node()?.facts?.owner);
  protected readonly branch = computed(() => this.tree.branches().get(this.key()));
  private readonly nodes = computed(() => this.branch()?.nodes ?? []);
  protected readonly volumes = computed(() =>
    this.nodes()
      .filter(({ kind }) => kind === 'volume')
      .map(objectFrom),
  );
  private readonly known = apiPages(listTables, (cursor) => ({
    query: {
      catalog: this.catalog(),
      schema: this.schema(),
      limit: PAGE_SIZE,
      ...this.consent.options(),
      ...(cursor === undefined ? {} : { cursor }),
    },
  }));
  /** The tree knows the names of all tables, often sooner; what is known of each follows. */
  protected readonly tables = computed(() => {
    const detailed = new Map(this.known.items().map((table) => [table.table_name, listedTable(table)]));
    const named = this.nodes().filter(({ kind }) => kind === 'table' || kind === 'view');
    const names = new Set(named.map(({ name }) => name));
    const others = [...detailed].filter(([name]) => !names.has(name)).map(([, table]) => table);
    return [...named.map((node) => detailed.get(node.name) ?? objectFrom(node)), ...others];
  });
  protected readonly isRefused = computed(() => this.branch()?.problems.some(({ status }) => status === 403) ?? false);
  protected readonly isWaiting = computed(
    () => (this.branch()?.isLoading ?? true) || (this.known.isLoading() && this.tables().length === 0),
  );
  protected readonly hasNothing = computed(
    () => !this.isWaiting() && this.tables().length === 0 && this.volumes().length === 0,
  );
  protected readonly tableCount = computed(() => formatCount(this.tables().length));
  protected readonly volumeCount = computed(() => formatCount(this.volumes().length));

  constructor() {
    effect(() => {
      const [catalog, schema] = this.names();
      untracked(() => this.title.name(`${catalog}.${schema}`, $localize`Catalog`));
    });
    effect(() => {
      if (!this.known.hasMore() || this.known.isLoadingMore() || this.known.problem()) return;
      untracked(() => void this.known.loadMore());
    });
  }

  protected reload(): void {
    this.tree.reload(this.key());
    this.known.reload();
  }

  protected async createVolume(): Promise<void> {
    const dialog = this.dialog.open<CreateVolumeDialog, VolumePlace, string>(CreateVolumeDialog, {
      data: { catalog: this.catalog(), schema: this.schema() },
      width: '480px',
      maxWidth: 'calc(100vw - 24px)',
      ariaLabelledBy: 'ls-create-volume-title',
    });
    const name = await firstValueFrom(dialog.afterClosed());
    if (name === undefined) return;
    this.toasts.show($localize`Volume ${name}:name: is there`);
    this.tree.reload(this.key());
    const { commands, query } = linkTo({ names: [...this.names(), name], kind: 'volume' });
    await this.router.navigate([...commands], { queryParams: query });
  }
}
