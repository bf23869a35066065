import { NgTemplateOutlet } from '@angular/common';
import { Component, computed, ElementRef, inject, input, output } from '@angular/core';
import { Icon } from '@lakescope/web-ui';
import { arity, type FilterOp, opLabel, opsOf, valuesFor } from './filter-ops';
import { filterProblem, type QueryFilter, valuesOfLines } from './filter-values';
import { type TableColumn } from './table-column';

const EXAMPLES = {
  integer: '42',
  decimal: '12.50',
  float: '0.5',
  boolean: 'true',
  string: '',
  date: '1969-07-20',
  timestamp: '2024-01-31 12:00:00',
  opaque: '',
} as const;

/** One condition: a column, how it is compared, and with what. What does not fit the column's type is said beside it. */
@Component({
  selector: 'ls-filter-row',
  imports: [Icon, NgTemplateOutlet],
  templateUrl: './filter-row.html',
  styleUrl: './filter-row.css',
})
export class FilterRow {
  readonly filter = input.required<QueryFilter>();
  readonly columns = input.required<readonly TableColumn[]>();
  /** Which condition it is, from 1: several rows have to be told apart. */
  readonly number = input.required<number>();
  /** Whether what is missing is said too: before somebody wants to run it, they may still be typing. */
  readonly isStrict = input(false);
  readonly filterChange = output<QueryFilter>();
  readonly removed = output();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected readonly column = computed(() => this.columns().find(({ name }) => name === this.filter().column));
  protected readonly kind = computed(() => this.column()?.kind ?? 'opaque');
  protected readonly ops = computed(() => {
    const possible = opsOf(this.kind());
    const { op } = this.filter();
    // An operation of a link that does not fit the column stays to be seen, and is refused with a reason.
    return (possible.includes(op) ? possible : [op, ...possible]).map((id) => ({ id, label: opLabel(id) }));
  });
  protected readonly arity = computed(() => arity(this.filter().op));
  protected readonly first = computed(() => this.filter().values[0] ?? '');
  protected readonly second = computed(() => this.filter().values[1] ?? '');
  protected readonly lines = computed(() => this.filter().values.join('\n'));
  protected readonly lineCount = computed(() => Math.min(4, Math.max(1, this.filter().values.length + 1)));
  protected readonly example = computed(() =>
    this.kind() === 'string' && this.filter().op.endsWith('like') ? 'a%' : EXAMPLES[this.kind()],
  );
  protected readonly problem = computed(() => {
    const { op, values } = this.filter();
    const column = this.column();
    const isBegun = values.length > 0 && values.every((value) => value !== '');
    if (column && !isBegun && !this.isStrict()) return undefined;
    if (column && !opsOf(column.kind).includes(op)) return $localize`A column of this type is not compared like this`;
    return filterProblem(this.filter(), column?.type);
  });
  protected readonly problemId = computed(() => `query-filter-${this.number()}-problem`);
  protected readonly labels = computed(() => {
    const number = this.number();
    return {
      column: $localize`Column of condition ${number}:number:`,
      op: $localize`Comparison of condition ${number}:number:`,
      value: $localize`Value of condition ${number}:number:`,
      from: $localize`From, in condition ${number}:number:`,
      to: $localize`To, in condition ${number}:number:`,
      values: $localize`Values of condition ${number}:number:, one a line`,
      remove: $localize`Remove condition ${number}:number:`,
    };
  });

  /** Into the first value, or to what comes before it where there is none. */
  focusValue(): void {
    const fields = this.host.nativeElement.querySelectorAll<HTMLElement>('[data-value], select');
    const value = [...fields].find((field) => field.hasAttribute('data-value'));
    (value ?? fields[0])?.focus();
  }

  protected chooseColumn(event: Event): void {
    const column = (event.target as HTMLSelectElement).value;
    const kind = this.columns().find(({ name }) => name === column)?.kind ?? 'opaque';
    const { op, values } = this.filter();
    this.filterChange.emit(retyped({ column, op, values }, opsOf(kind), kind === this.kind()));
  }

  protected chooseOp(event: Event): void {
    const op = (event.target as HTMLSelectElement).value as FilterOp;
    this.filterChange.emit({ ...this.filter(), op, values: valuesFor(op, this.filter().values) });
  }

  protected enter(event: Event, index: number): void {
    const { value } = event.target as HTMLInputElement;
    const values = [...valuesFor(this.filter().op, this.filter().values)];
    values[index] = value;
    this.filterChange.emit({ ...this.filter(), values });
  }

  protected enterLines(event: Event): void {
    this.filterChange.emit({ ...this.filter(), values: valuesOfLines((event.target as HTMLTextAreaElement).value) });
  }
}

/** The condition at another column: with the same comparison where that makes sense, and without values of another type. */
function retyped(filter: QueryFilter, ops: readonly FilterOp[], isSameKind: boolean): QueryFilter {
  const op = ops.includes(filter.op) ? filter.op : (ops[0] ?? 'is_null');
  return { ...filter, op, values: valuesFor(op, isSameKind ? filter.values : []) };
}
