import { type ColumnKind } from './column-kind';

/** How a column is compared, as the API names it. */
export type FilterOp =
  '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not_in' | 'like' | 'not_like' | 'is_null' | 'is_not_null' | 'between';

const LABELS: Readonly<Record<FilterOp, string>> = {
  '=': '=',
  '!=': '≠',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  in: $localize`is one of`,
  not_in: $localize`is none of`,
  like: $localize`is like`,
  not_like: $localize`is not like`,
  is_null: $localize`is null`,
  is_not_null: $localize`is not null`,
  between: $localize`is between`,
};

const EVERY: readonly FilterOp[] = ['is_null', 'is_not_null'];
const ORDERED: readonly FilterOp[] = ['=', '!=', '<', '<=', '>', '>=', 'between', 'in', 'not_in', ...EVERY];
const OPS: Readonly<Record<ColumnKind, readonly FilterOp[]>> = {
  integer: ORDERED,
  decimal: ORDERED,
  float: ORDERED,
  date: ORDERED,
  timestamp: ORDERED,
  string: ['=', '!=', 'like', 'not_like', 'in', 'not_in', '<', '<=', '>', '>=', 'between', ...EVERY],
  boolean: ['=', '!=', ...EVERY],
  opaque: EVERY,
};

/** What can be asked of a column of this kind, the usual first. */
export function opsOf(kind: ColumnKind): readonly FilterOp[] {
  return OPS[kind];
}

export function opLabel(op: FilterOp): string {
  return LABELS[op];
}

export function isFilterOp(text: unknown): text is FilterOp {
  return typeof text === 'string' && Object.hasOwn(LABELS, text);
}

/** How many values an operation compares with. */
export function arity(op: FilterOp): 'none' | 'one' | 'two' | 'many' {
  switch (op) {
    case 'is_null':
    case 'is_not_null':
      return 'none';
    case 'between':
      return 'two';
    case 'in':
    case 'not_in':
      return 'many';
    default:
      return 'one';
  }
}

/** What was typed for one operation, as far as another one can use it. */
export function valuesFor(op: FilterOp, values: readonly string[]): readonly string[] {
  switch (arity(op)) {
    case 'none':
      return [];
    case 'one':
      return [values[0] ?? ''];
    case 'two':
      return [values[0] ?? '', values[1] ?? ''];
    case 'many':
      return values;
  }
}
