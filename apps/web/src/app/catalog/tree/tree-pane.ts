import { Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import { Router } from '@angular/router';
import { Icon } from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';
import { type CatalogPlace, keyOf, linkTo } from '../catalog-place';
import { WarehouseConsent } from '../warehouse/warehouse-consent';
import { CatalogTree } from './catalog-tree';
import { isBranch, type ProblemRow, treeRows, type TreeNode } from './tree-rows';
import { TreeView } from './tree-view';

/** The tree beside every page of the catalog, with a filter over what has been unfolded. */
@Component({
  selector: 'ls-tree-pane',
  imports: [Icon, TreeView],
  templateUrl: './tree-pane.html',
  styleUrl: './tree-pane.css',
})
export class TreePane {
  readonly place = input.required<CatalogPlace>();
  /** Somebody went somewhere from here. */
  readonly left = output();

  private readonly router = inject(Router);
  private readonly dialogs = inject(Dialogs);
  private readonly consent = inject(WarehouseConsent);
  protected readonly tree = inject(CatalogTree);

  protected readonly filter = signal('');
  protected readonly selected = computed(() => keyOf(this.place()));
  protected readonly rows = computed(() => treeRows(this.tree.branches(), this.tree.open(), this.filter()));
  protected readonly hasNothingFound = computed(() => this.filter().trim() !== '' && this.rows().length === 0);

  constructor() {
    effect(() => {
      const { names } = this.place();
      untracked(() => this.tree.reveal(names));
    });
  }

  protected onFilter(event: Event): void {
    this.filter.set((event.target as HTMLInputElement).value);
  }

  protected onFilterKey(event: KeyboardEvent, view: TreeView): void {
    if (event.key === 'Escape') {
      this.filter.set('');
      view.focus();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    view.focus();
  }

  protected searchEverywhere(): void {
    void this.dialogs.openPalette(this.filter().trim());
  }

  protected choose(node: TreeNode): void {
    if (isBranch(node)) this.tree.unfold(node.key);
    this.go({ names: node.names, kind: node.kind === 'volume' ? 'volume' : undefined });
  }

  /** A refusal is explained on the page of what refused; a stopped warehouse is asked about; the rest may have passed. */
  protected async onProblem({ problem, branch }: ProblemRow): Promise<void> {
    if (problem.status === 403) return this.go({ names: branch === '' ? [] : branch.split('/') });
    if (problem.code === 'WAREHOUSE_STOPPED' && !(await this.consent.ask())) return;
    this.tree.reload(branch);
  }

  private go(place: CatalogPlace): void {
    const { commands, query } = linkTo(place);
    this.left.emit();
    void this.router.navigate([...commands], { queryParams: query });
  }
}
