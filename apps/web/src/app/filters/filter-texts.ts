import { isFilterOp, valuesFor } from './filter-ops';
import { type QueryFilter } from './filter-values';

function filterFrom(text: string): QueryFilter | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || !parsed.every((part): part is string => typeof part === 'string')) return undefined;
  const [column, op, ...values] = parsed;
  return column === undefined || !isFilterOp(op) ? undefined : { column, op, values: valuesFor(op, values) };
}

/** The conditions of a URL, one a parameter; what makes no sense is as if it were not there. */
export function filtersFrom(texts: readonly string[]): readonly QueryFilter[] {
  return texts.map(filterFrom).filter((filter) => filter !== undefined);
}

/** The conditions as they stand in a URL. */
export function filterTexts(filters: readonly QueryFilter[]): readonly string[] {
  return filters.map(({ column, op, values }) => JSON.stringify([column, op, ...values]));
}
