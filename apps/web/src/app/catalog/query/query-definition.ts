import { type Params } from '@angular/router';
import { type GridOrder } from '@lakescope/web-ui';
import { filtersFrom, filterTexts } from '../../filters/filter-texts';
import { type QueryFilter } from '../../filters/filter-values';

/** What is asked of a table: exactly what the URL says. */
export interface QueryDefinition {
  /** Undefined means all. */
  readonly columns: readonly string[] | undefined;
  readonly filters: readonly QueryFilter[];
  readonly orders: readonly GridOrder[];
  readonly limit: number;
  readonly offset: number;
}

export const PAGE_SIZES = [50, 100, 500, 1000] as const;
export const DEFAULT_LIMIT = 100;
const MOST_ROWS = 1000;
const ORDER = /^(.*) (asc|desc)$/s;

export const WHOLE_TABLE: QueryDefinition = {
  columns: undefined,
  filters: [],
  orders: [],
  limit: DEFAULT_LIMIT,
  offset: 0,
};

/** What of a URL's query concerns this. */
export interface QueryUrl {
  get(name: string): string | null;
  getAll(name: string): readonly string[];
}

function wholeNumber(text: string | null, least: number, most: number, otherwise: number): number {
  const number = Number(text);
  const fits = text !== null && /^\d{1,15}$/.test(text) && number >= least && number <= most;
  return fits ? number : otherwise;
}

function orderFrom(text: string): GridOrder | undefined {
  const [, column, direction] = ORDER.exec(text) ?? [];
  if (column === undefined) return undefined;
  return { column, direction: direction === 'desc' ? 'desc' : 'asc' };
}

const isThere = <T>(value: T | undefined): value is T => value !== undefined;

/** Reads the parameters; what makes no sense is as if it were not there. */
export function queryFrom(url: QueryUrl): QueryDefinition {
  const columns = [...new Set(url.getAll('columns').filter((name) => name !== ''))];
  const orders = url.getAll('order').map(orderFrom).filter(isThere);
  return {
    columns: columns.length > 0 ? columns : undefined,
    filters: filtersFrom(url.getAll('filter')),
    orders: orders.filter(({ column }, index) => orders.findIndex((other) => other.column === column) === index),
    limit: wholeNumber(url.get('limit'), 1, MOST_ROWS, DEFAULT_LIMIT),
    offset: wholeNumber(url.get('offset'), 0, Number.MAX_SAFE_INTEGER, 0),
  };
}

/** The parameters of a query; what is usual is left out, so that links stay short. */
export function queryParams({ columns, filters, orders, limit, offset }: QueryDefinition): Params {
  const some = (list: readonly string[]): readonly string[] | null => (list.length > 0 ? list : null);
  return {
    columns: columns ?? null,
    filter: some(filterTexts(filters)),
    order: some(orders.map(({ column, direction }) => `${column} ${direction}`)),
    limit: limit === DEFAULT_LIMIT ? null : limit,
    offset: offset === 0 ? null : offset,
  };
}

/** The orders after somebody asked for another one at the head of a column. */
export function reordered(
  orders: readonly GridOrder[],
  change: {
    readonly column: string;
    readonly direction: GridOrder['direction'] | undefined;
    readonly isAdded: boolean;
  },
): readonly GridOrder[] {
  const { column, direction, isAdded } = change;
  const others = orders.filter((order) => order.column !== column);
  if (direction === undefined) return others;
  return isAdded ? [...others, { column, direction }] : [{ column, direction }];
}
