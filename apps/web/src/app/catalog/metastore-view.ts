import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { EmptyState, Skeleton } from '@lakescope/web-ui';
import { AccessProblem } from './access/access-problem';
import { objectFrom } from './lists/listed-node';
import { ObjectList } from './lists/object-list';
import { CatalogTree } from './tree/catalog-tree';
import { ROOT_KEY } from './tree/tree-rows';

/** Where the catalog begins: every catalog that the person may see. */
@Component({
  selector: 'ls-metastore-view',
  imports: [AccessProblem, EmptyState, ObjectList, RouterLink, Skeleton],
  template: `
    <div class="ls-page">
      <h1 i18n>Catalog</h1>
      @for (problem of branch()?.problems ?? []; track problem.code) {
        <ls-access-problem
          privilege="USE CATALOG"
          type="CATALOG"
          [problem]="problem"
          [names]="[anyCatalog]"
          (retry)="tree.reload(root)"
        />
      }
      @if (catalogs().length > 0) {
        <ls-object-list [objects]="catalogs()" label="Catalogs you may see" i18n-label />
      } @else if (branch()?.isLoading ?? true) {
        <div class="ls-panel waiting"><ls-skeleton [rows]="6" /></div>
      } @else if (branch()?.problems?.length === 0) {
        <div class="ls-panel">
          <ls-empty title="No catalog is visible to you" i18n-title icon="catalog">
            <p i18n>
              Ask an administrator of the metastore for USE CATALOG on one, then reload this page.
              <a routerLink="/permissions">See what you may do here</a>
            </p>
          </ls-empty>
        </div>
      }
    </div>
  `,
  styles: `
    .waiting {
      padding: 0 var(--ls-space-3);
    }
  `,
})
export class MetastoreView {
  protected readonly tree = inject(CatalogTree);
  protected readonly root = ROOT_KEY;
  /** To be put in by whoever asks: no catalog is known by name here. */
  protected readonly anyCatalog = '<catalog>';
  protected readonly branch = computed(() => this.tree.branches().get(ROOT_KEY));
  protected readonly catalogs = computed(() => (this.branch()?.nodes ?? []).map(objectFrom));
}
