import {
  afterNextRender,
  Component,
  computed,
  inject,
  Injector,
  input,
  output,
  signal,
  viewChildren,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type GridOrder, Icon } from '@lakescope/web-ui';
import { ColumnPicker } from '../../delta/preview/column-picker';
import { opsOf, valuesFor } from './filter-ops';
import { FilterRow } from './filter-row';
import { filterProblem, type QueryFilter } from './filter-values';
import { OrderList } from './order-list';
import { DEFAULT_LIMIT, PAGE_SIZES, type QueryDefinition } from './query-definition';
import { type TableColumn } from './table-column';

/** What of a table is asked: its columns, conditions, order, and how many rows at a time. */
@Component({
  selector: 'ls-query-builder',
  imports: [ColumnPicker, FilterRow, Icon, MatButton, OrderList],
  templateUrl: './query-builder.html',
  styleUrl: './query-builder.css',
})
export class QueryBuilder {
  readonly columns = input.required<readonly TableColumn[]>();
  readonly definition = input.required<QueryDefinition>();
  readonly definitionChange = output<Partial<QueryDefinition>>();
  /** Enter in a field, which asks as a form does. */
  readonly submitted = output();

  private readonly injector = inject(Injector);
  private readonly rows = viewChildren(FilterRow);

  protected readonly isStrict = signal(false);
  protected readonly sizes = computed(() => {
    const { limit } = this.definition();
    return [...new Set<number>([...PAGE_SIZES, limit])].sort((a, b) => a - b);
  });
  protected readonly isWholeTable = computed(() => {
    const { columns, filters, orders, limit } = this.definition();
    return !columns && filters.length === 0 && orders.length === 0 && limit === DEFAULT_LIMIT;
  });

  /** Whether it can be run; otherwise every reason why not is shown, and the first one has the focus. */
  check({ filters }: QueryDefinition): boolean {
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
    this.setFilters([...this.definition().filters, { column, op, values: valuesFor(op, []) }]);
    afterNextRender(() => this.rows().at(-1)?.focusValue(), { injector: this.injector });
  }

  protected setFilter(index: number, filter: QueryFilter): void {
    this.setFilters(this.definition().filters.map((other, at) => (at === index ? filter : other)));
  }

  protected removeFilter(index: number): void {
    this.setFilters(this.definition().filters.filter((_, at) => at !== index));
  }

  protected setOrders(orders: readonly GridOrder[]): void {
    this.definitionChange.emit({ orders });
  }

  protected chooseSize(event: Event): void {
    this.definitionChange.emit({ limit: Number((event.target as HTMLSelectElement).value) });
  }

  protected clear(): void {
    this.definitionChange.emit({ columns: undefined, filters: [], orders: [], limit: DEFAULT_LIMIT });
  }

  protected submit(event: Event): void {
    event.preventDefault();
    this.submitted.emit();
  }

  private setFilters(filters: readonly QueryFilter[]): void {
    this.definitionChange.emit({ filters });
  }
}
