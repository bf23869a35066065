import { arity, isFilterOp } from './filter-ops';
import { type QueryFilter, sentValues } from './filter-values';
import { DEFAULT_LIMIT, type QueryDefinition } from './query-definition';
import { type TableColumn } from './table-column';

export type SentValue = string | number | boolean;

/** A condition as the API takes and keeps it. */
export interface SentFilter {
  readonly column: string;
  readonly op: QueryFilter['op'];
  readonly value?: SentValue | SentValue[];
}

/** A query as the API takes and keeps it, but for the table it is about. */
export interface SentQuery {
  readonly columns?: string[];
  readonly filters: SentFilter[];
  readonly order_by: { readonly column: string; readonly direction: 'asc' | 'desc' }[];
  readonly limit: number;
  readonly offset: number;
}

function sentFilter(filter: QueryFilter, columns: readonly TableColumn[]): SentFilter {
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

/** Values go as text, whatever their type: a JSON number would lose digits of a 64-bit integer or a decimal. */
export function sentQuery(definition: QueryDefinition, columns: readonly TableColumn[]): SentQuery {
  return {
    ...(definition.columns ? { columns: [...definition.columns] } : {}),
    filters: definition.filters.map((filter) => sentFilter(filter, columns)),
    order_by: [...definition.orders],
    limit: definition.limit,
    offset: definition.offset,
  };
}

/** What was sent or kept, as somebody may change it again. Whatever is not understood is left out. */
export function definitionOf(sent: {
  readonly columns?: readonly string[] | null;
  readonly filters?: readonly { readonly column: string; readonly op: string; readonly value?: unknown }[] | null;
  readonly order_by?: readonly { readonly column: string; readonly direction?: string }[] | null;
  readonly limit?: number | null;
  readonly offset?: number | null;
}): QueryDefinition {
  return {
    columns: sent.columns && sent.columns.length > 0 ? sent.columns : undefined,
    filters: (sent.filters ?? []).flatMap(({ column, op, value }) => {
      const values = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
      return isFilterOp(op) ? [{ column, op, values: values.map(String) }] : [];
    }),
    orders: (sent.order_by ?? []).map(({ column, direction }) => ({
      column,
      direction: direction === 'desc' ? 'desc' : 'asc',
    })),
    limit: sent.limit ?? DEFAULT_LIMIT,
    offset: sent.offset ?? 0,
  };
}
