import { Component, computed, input, output, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type GridOrder } from '@lakescope/web-ui';
import { ColumnPicker } from '../../delta/preview/column-picker';
import { FilterList } from '../../filters/filter-list';
import { type QueryFilter } from '../../filters/filter-values';
import { OrderList } from './order-list';
import { DEFAULT_LIMIT, PAGE_SIZES, type QueryDefinition } from './query-definition';
import { type TableColumn } from '../../filters/table-column';

/** What of a table is asked: its columns, conditions, order, and how many rows at a time. */
@Component({
  selector: 'ls-query-builder',
  imports: [ColumnPicker, FilterList, MatButton, OrderList],
  templateUrl: './query-builder.html',
  styleUrl: './query-builder.css',
})
export class QueryBuilder {
  readonly columns = input.required<readonly TableColumn[]>();
  readonly definition = input.required<QueryDefinition>();
  readonly definitionChange = output<Partial<QueryDefinition>>();
  /** Enter in a field, which asks as a form does. */
  readonly submitted = output();

  private readonly conditions = viewChild.required(FilterList);

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
    return this.conditions().check(filters);
  }

  /** Adds a condition on a column and leads into its value. */
  addFilter(column: string): void {
    this.conditions().addFilter(column);
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

  protected setFilters(filters: readonly QueryFilter[]): void {
    this.definitionChange.emit({ filters });
  }
}
