import { type Params } from '@angular/router';
import { filtersFrom, filterTexts } from '../../filters/filter-texts';
import { type QueryFilter } from '../../filters/filter-values';

/** Which rows and columns of a table are looked at: exactly what the URL says. */
export interface PreviewState {
  readonly offset: number;
  readonly limit: number;
  /** Undefined shows all. */
  readonly columns: readonly string[] | undefined;
  /** Conditions that all rows meet. */
  readonly filters: readonly QueryFilter[];
}

/** What of a URL's query concerns this. */
export interface PreviewUrl {
  get(name: string): string | null;
  getAll(name: string): readonly string[];
}

/** No more than the grid can show at once without scrolling virtually. */
export const PAGE_SIZES = [50, 100, 200] as const;
const DEFAULT_SIZE = 100;

function wholeNumber(text: string | null, otherwise: number): number {
  const number = Number(text);
  return text !== null && text !== '' && Number.isSafeInteger(number) && number >= 0 ? number : otherwise;
}

/** Reads the parameters; what makes no sense is as if it were not there. */
export function previewState(url: PreviewUrl): PreviewState {
  const [offset, limit, columns] = [url.get('offset'), url.get('limit'), url.getAll('columns')];
  const size = wholeNumber(limit, DEFAULT_SIZE);
  return {
    offset: wholeNumber(offset, 0),
    limit: PAGE_SIZES.find((known) => known === size) ?? DEFAULT_SIZE,
    columns: columns.length > 0 ? columns : undefined,
    filters: filtersFrom(url.getAll('filter')),
  };
}

/** The parameters of a state; what is usual is left out, so that links stay short. */
export function previewParams({ offset, limit, columns, filters }: PreviewState): Params {
  return {
    offset: offset === 0 ? null : offset,
    limit: limit === DEFAULT_SIZE ? null : limit,
    columns: columns ?? null,
    filter: filters.length > 0 ? filterTexts(filters) : null,
  };
}
