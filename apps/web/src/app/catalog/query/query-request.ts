import { isFilterOp } from '../../filters/filter-ops';
import { type SentFilter, sentFilter } from '../../filters/sent-filter';
import { DEFAULT_LIMIT, type QueryDefinition } from './query-definition';
import { type TableColumn } from '../../filters/table-column';

/** A query as the API takes and keeps it, but for the table it is about. */
export interface SentQuery {
  readonly columns?: string[];
  readonly filters: SentFilter[];
  readonly order_by: { readonly column: string; readonly direction: 'asc' | 'desc' }[];
  readonly limit: number;
  readonly offset: number;
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
