import { type FilterDto, type TableColumnDto } from '@lakescope/web-api';
import { type QueryFilter } from '../filters/filter-values';
import { sentFilter } from '../filters/sent-filter';
import { tableColumn } from '../filters/table-column';

/** The conditions as the API takes them. */
export function askedFilters(
  filters: readonly QueryFilter[],
  columns: readonly TableColumnDto[],
): { filters?: FilterDto[] } {
  if (filters.length === 0) return {};
  const known = columns.map(({ name, type }) => tableColumn(name, type));
  return { filters: filters.map((filter) => sentFilter(filter, known)) };
}
