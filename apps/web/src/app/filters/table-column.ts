import { type ColumnKind, columnKind } from './column-kind';

/** A column of the table that is asked. */
export interface TableColumn {
  readonly name: string;
  /** Spark's text of it. */
  readonly type: string;
  readonly kind: ColumnKind;
  readonly canOrder: boolean;
}

/** Scalars have an order, also where nobody can type a value of theirs. */
const WITHOUT_ORDER = /^(array|struct|map|variant|interval|object)\b/i;

export function tableColumn(name: string, type: string): TableColumn {
  return { name, type, kind: columnKind(type), canOrder: !WITHOUT_ORDER.test(type) };
}
