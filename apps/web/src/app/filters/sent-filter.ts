import { arity } from './filter-ops';
import { type QueryFilter, sentValues } from './filter-values';
import { type TableColumn } from './table-column';

type SentValue = string | number | boolean;

/** A condition as the API takes and keeps it. */
export interface SentFilter {
  readonly column: string;
  readonly op: QueryFilter['op'];
  readonly value?: SentValue | SentValue[];
}

/** Values go as text, whatever their type: a JSON number would lose digits of a 64-bit integer or a decimal. */
export function sentFilter(filter: QueryFilter, columns: readonly TableColumn[]): SentFilter {
  const { column, op } = filter;
  const values = sentValues(filter, columns.find(({ name }) => name === column)?.type ?? 'string');
  switch (arity(op)) {
    case 'none':
      return { column, op };
    case 'one':
      return { column, op, value: values[0] ?? '' };
    case 'two':
    case 'many':
      return { column, op, value: values };
  }
}
