import { Component, computed, inject, input } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { EmptyState, formatCount, Icon, ProblemBanner } from '@lakescope/web-ui';
import { Preferences } from '../../preferences/preferences';
import { Dialogs } from '../../shell/dialogs';
import { fullName } from '../catalog-place';
import { queryParams } from './query-definition';
import { QueryDraft } from './query-draft';
import { definitionOf } from './query-request';
import { type Naming, SaveQueryDialog } from './save-query-dialog';
import { SavedQueries, type SavedQuery } from './saved-queries';

/** The queries somebody keeps: those of this table first. */
@Component({
  selector: 'ls-saved-query-list',
  imports: [EmptyState, Icon, ProblemBanner],
  templateUrl: './saved-query-list.html',
  styleUrl: './saved-query-list.css',
})
export class SavedQueryList {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();
  readonly table = input.required<string>();

  private readonly saved = inject(SavedQueries);
  private readonly draft = inject(QueryDraft);
  private readonly router = inject(Router);
  private readonly dialogs = inject(Dialogs);
  private readonly dialog = inject(MatDialog);
  protected readonly preferences = inject(Preferences);

  private readonly here = computed(() => fullName([this.catalog(), this.schema(), this.table()]));
  protected readonly rows = computed(() => {
    const rows = this.saved.all().map((query) => {
      const of = fullName([query.catalog, query.schema, query.table]);
      return {
        query,
        of,
        isHere: of === this.here(),
        columns: query.columns ? formatCount(query.columns.length) : $localize`all`,
        filters: query.filters.map(({ column, op }) => `${column} ${op.replace('_', ' ')}`).join(', '),
        order: query.order_by.map(({ column, direction }) => `${column} ${direction}`).join(', '),
        openLabel: $localize`Open ${query.name}:name:`,
        renameLabel: $localize`Rename ${query.name}:name:`,
        deleteLabel: $localize`Delete ${query.name}:name:`,
      };
    });
    return [...rows.filter(({ isHere }) => isHere), ...rows.filter(({ isHere }) => !isHere)];
  });

  protected open(query: SavedQuery): void {
    const definition = definitionOf(query);
    const path = [query.catalog, query.schema, query.table];
    if (fullName(path) === this.here()) {
      this.draft.open(definition);
      return;
    }
    void this.router.navigate(['/catalog', ...path, 'query'], { queryParams: queryParams(definition) });
  }

  protected rename({ name }: SavedQuery): void {
    this.dialog.open<SaveQueryDialog, Naming>(SaveQueryDialog, {
      data: { kind: 'rename', name },
      width: '440px',
      ariaLabelledBy: 'ls-save-query-title',
    });
  }

  protected async delete({ name }: SavedQuery): Promise<void> {
    const isSure = await this.dialogs.confirm({
      title: $localize`Delete the saved query “${name}:name:”?`,
      consequences: [$localize`It cannot be brought back.`],
      action: $localize`Delete`,
      isDestructive: true,
    });
    if (isSure) this.saved.remove(name);
  }
}
