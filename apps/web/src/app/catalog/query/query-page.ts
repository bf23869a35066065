import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { Breadcrumbs, type Breadcrumb } from '@lakescope/web-ui';
import { PageTitle } from '../../shell/page-title';
import { TableQuery } from './table-query';

/** A query of one table, as a page of its own. */
@Component({
  selector: 'ls-query-page',
  imports: [Breadcrumbs, TableQuery],
  template: `
    <div class="ls-page">
      <ls-breadcrumbs [items]="crumbs()" />
      <h1 i18n>Query {{ table() }}</h1>
      <ls-table-query [catalog]="catalog()" [schema]="schema()" [table]="table()" />
    </div>
  `,
})
export class QueryPage {
  readonly catalog = input.required<string>();
  readonly schema = input.required<string>();
  readonly table = input.required<string>();

  private readonly title = inject(PageTitle);
  protected readonly crumbs = computed<readonly Breadcrumb[]>(() => {
    const names = [this.catalog(), this.schema(), this.table()];
    const link = (depth: number): string => ['/catalog', ...names.slice(0, depth).map(encodeURIComponent)].join('/');
    return [
      { label: $localize`Catalog`, link: link(0) },
      ...names.map((label, index) => ({ label, link: link(index + 1) })),
      { label: $localize`Query`, link: link(3) },
    ];
  });

  constructor() {
    effect(() => {
      const table = this.table();
      untracked(() => this.title.name(table, $localize`Query`));
    });
  }
}
