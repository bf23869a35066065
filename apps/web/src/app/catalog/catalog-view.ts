import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { EmptyState, Skeleton } from '@lakescope/web-ui';
import { PageTitle } from '../shell/page-title';
import { AccessProblem } from './access/access-problem';
import { MissingGrant } from './access/missing-grant';
import { objectFrom } from './lists/listed-node';
import { ObjectList } from './lists/object-list';
import { ObjectHeader } from './object-header';
import { CatalogTree } from './tree/catalog-tree';
import { ROOT_KEY } from './tree/tree-rows';

/** One catalog: whose it is, and its schemas. */
@Component({
  selector: 'ls-catalog-view',
  imports: [AccessProblem, EmptyState, MissingGrant, ObjectHeader, ObjectList, Skeleton],
  templateUrl: './catalog-view.html',
  styleUrl: './catalog-view.css',
})
export class CatalogView {
  readonly catalog = input.required<string>();

  private readonly title = inject(PageTitle);
  protected readonly tree = inject(CatalogTree);
  protected readonly names = computed(() => [this.catalog()]);
  private readonly root = computed(() => this.tree.branches().get(ROOT_KEY));
  protected readonly node = computed(() => this.root()?.nodes.find(({ name }) => name === this.catalog()));
  protected readonly branch = computed(() => this.tree.branches().get(this.catalog()));
  protected readonly schemas = computed(() => (this.branch()?.nodes ?? []).map(objectFrom));

  constructor() {
    effect(() => {
      const catalog = this.catalog();
      untracked(() => this.title.name(catalog, $localize`Catalog`));
    });
  }
}
