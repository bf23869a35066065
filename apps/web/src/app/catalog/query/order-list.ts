import { Component, computed, input, output } from '@angular/core';
import { type GridOrder, Icon } from '@lakescope/web-ui';
import { type TableColumn } from '../../filters/table-column';

/** By which columns the rows are ordered, the first one first. */
@Component({
  selector: 'ls-order-list',
  imports: [Icon],
  templateUrl: './order-list.html',
  styleUrl: './order-list.css',
})
export class OrderList {
  readonly columns = input.required<readonly TableColumn[]>();
  readonly orders = input.required<readonly GridOrder[]>();
  readonly ordersChange = output<readonly GridOrder[]>();

  protected readonly noOrder = $localize`Sort by…`;
  protected readonly thenBy = $localize`Then by…`;
  protected readonly rows = computed(() =>
    this.orders().map(({ column, direction }) => ({
      column,
      direction,
      isKnown: this.columns().some(({ name }) => name === column),
      turnLabel:
        direction === 'asc'
          ? $localize`${column}:column: ascending; make it descending`
          : $localize`${column}:column: descending; make it ascending`,
      removeLabel: $localize`Do not sort by ${column}:column:`,
    })),
  );
  protected readonly others = computed(() =>
    this.columns().filter(({ name, canOrder }) => canOrder && !this.orders().some(({ column }) => column === name)),
  );

  protected add(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const column = select.value;
    select.value = '';
    if (column !== '') this.ordersChange.emit([...this.orders(), { column, direction: 'asc' }]);
  }

  protected turn(column: string): void {
    this.ordersChange.emit(
      this.orders().map((order) =>
        order.column === column ? { column, direction: order.direction === 'asc' ? 'desc' : 'asc' } : order,
      ),
    );
  }

  protected remove(column: string): void {
    this.ordersChange.emit(this.orders().filter((order) => order.column !== column));
  }
}
