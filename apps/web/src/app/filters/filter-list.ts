import { afterNextRender, Component, inject, Injector, input, output, signal, viewChildren } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from '@lakescope/web-ui';
import { opsOf, valuesFor } from './filter-ops';
import { FilterRow } from './filter-row';
import { filterProblem, type QueryFilter } from './filter-values';
import { type TableColumn } from './table-column';

/** Conditions that all have to hold, one below the other. */
@Component({
  selector: 'ls-filter-list',
  imports: [FilterRow, Icon, MatButton],
  templateUrl: './filter-list.html',
  styles: `
    :host {
      display: grid;
      gap: var(--ls-space-2);
      min-width: 0;
    }
    .more {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--ls-space-2);
    }
    .more > button:first-child {
      margin-left: -12px;
    }
  `,
})
export class FilterList {
  readonly columns = input.required<readonly TableColumn[]>();
  readonly filters = input.required<readonly QueryFilter[]>();
  readonly filtersChange = output<readonly QueryFilter[]>();
  /** A condition was taken away: what is left of them may be asked at once. */
  readonly removed = output<readonly QueryFilter[]>();

  private readonly injector = inject(Injector);
  private readonly rows = viewChildren(FilterRow);

  protected readonly isStrict = signal(false);

  /** Whether they can be asked; otherwise every reason why not is shown, and the first one has the focus. */
  check(filters = this.filters()): boolean {
    const types = new Map(this.columns().map(({ name, type }) => [name, type]));
    const first = filters.findIndex((filter) => filterProblem(filter, types.get(filter.column)) !== undefined);
    this.isStrict.set(first >= 0);
    if (first < 0) return true;
    this.rows()[first]?.focusValue();
    return false;
  }

  /** Adds a condition on a column and leads into its value. */
  addFilter(column = this.columns()[0]?.name): void {
    if (column === undefined) return;
    const kind = this.columns().find(({ name }) => name === column)?.kind ?? 'opaque';
    const op = opsOf(kind)[0] ?? 'is_null';
    this.filtersChange.emit([...this.filters(), { column, op, values: valuesFor(op, []) }]);
    afterNextRender(() => this.rows().at(-1)?.focusValue(), { injector: this.injector });
  }

  protected setFilter(index: number, filter: QueryFilter): void {
    this.filtersChange.emit(this.filters().map((other, at) => (at === index ? filter : other)));
  }

  protected removeFilter(index: number): void {
    const left = this.filters().filter((_, at) => at !== index);
    this.filtersChange.emit(left);
    this.removed.emit(left);
  }
}
