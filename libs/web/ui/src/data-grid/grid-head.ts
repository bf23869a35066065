import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { NgTemplateOutlet } from '@angular/common';
import { Component, computed, input, output } from '@angular/core';

export interface GridOrder {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

/** What somebody asks of the order of the rows; undefined ends the order by this column. */
export interface GridOrderChange {
  readonly column: string;
  readonly direction: GridOrder['direction'] | undefined;
  /** Behind the columns by which the rows are ordered already, rather than instead of them. */
  readonly isAdded: boolean;
}

/** Types whose values have no order that every warehouse knows, as Spark names them. */
const WITHOUT_ORDER = /^(array|struct|map|variant|interval|object)\b/i;

/** What stands at the head of a column: its name, type and share of nulls; where it is asked for, with a menu. */
@Component({
  selector: 'ls-grid-head',
  imports: [CdkMenu, CdkMenuItem, CdkMenuTrigger, NgTemplateOutlet],
  templateUrl: './grid-head.html',
  styleUrl: './grid-head.css',
})
export class GridHead {
  readonly name = input.required<string>();
  readonly type = input.required<string>();
  readonly nulls = input<string>();
  readonly hasMenu = input(false);
  readonly isFocusStop = input(false);
  /** All columns by which the rows are ordered. */
  readonly orders = input<readonly GridOrder[]>([]);
  readonly ordered = output<GridOrderChange>();
  readonly filtered = output<string>();
  readonly focused = output();

  protected readonly ascending = $localize`sorted ascending`;
  protected readonly descending = $localize`sorted descending`;
  protected readonly order = computed(() => {
    const position = this.orders().findIndex(({ column }) => column === this.name());
    const order = this.orders()[position];
    if (!order) return undefined;
    const arrow = order.direction === 'asc' ? '↑' : '↓';
    return { arrow: this.orders().length > 1 ? `${arrow}${position + 1}` : arrow, direction: order.direction };
  });
  protected readonly menuLabel = computed(() => $localize`What can be done with ${this.name()}:column:`);
  protected readonly canOrder = computed(() => !WITHOUT_ORDER.test(this.type()));
  /** Whether there is another column that the order could go on from. */
  protected readonly canAdd = computed(() => this.orders().some(({ column }) => column !== this.name()));

  protected ask(direction: GridOrder['direction'] | undefined, isAdded = false): void {
    this.ordered.emit({ column: this.name(), direction, isAdded });
  }
}
