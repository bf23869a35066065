import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { EmptyState, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { PageTitle } from '../../shell/page-title';
import { MissingGrant } from '../access/missing-grant';
import { keyOf } from '../catalog-place';
import { objectFrom } from '../lists/listed-node';
import { ObjectList } from '../lists/object-list';
import { ObjectHeader } from '../object-header';
import { CatalogTree } from '../tree/catalog-tree';

/** One schema: whose it is, its tables and its volumes. */
@Component({
  selector: 'ls-schema-view',
  imports: [EmptyState, MissingGrant, ObjectHeader, ObjectList, ProblemBanner, Skeleton],
  templateUrl: './schema-view.html',
  styleUrl: './schema-view.css',
})
export class SchemaView {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();

  private readonly title = inject(PageTitle);
  protected readonly tree = inject(CatalogTree);
  protected readonly names = computed(() => [this.catalog(), this.schema()]);
  protected readonly key = computed(() => keyOf({ names: this.names() }));
  protected readonly node = computed(() => this.tree.nodeOf(this.names()));
  protected readonly branch = computed(() => this.tree.branches().get(this.key()));
  private readonly nodes = computed(() => this.branch()?.nodes ?? []);
  protected readonly volumes = computed(() =>
    this.nodes()
      .filter(({ kind }) => kind === 'volume')
      .map(objectFrom),
  );

  constructor() {
    effect(() => {
      const [catalog, schema] = [this.catalog(), this.schema()];
      untracked(() => this.title.name(`${catalog}.${schema}`, $localize`Catalog`));
    });
  }
}
