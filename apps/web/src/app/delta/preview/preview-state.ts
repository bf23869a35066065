import { type Params } from '@angular/router';

/** Which rows and columns of a table are looked at: exactly what the URL says. */
export interface PreviewState {
  readonly offset: number;
  readonly limit: number;
  /** Undefined shows all. */
  readonly columns: readonly string[] | undefined;
}

/** No more than the grid can show at once without scrolling virtually. */
export const PAGE_SIZES = [50, 100, 200] as const;
const DEFAULT_SIZE = 100;

function wholeNumber(text: string | null, otherwise: number): number {
  const number = Number(text);
  return text !== null && text !== '' && Number.isSafeInteger(number) && number >= 0 ? number : otherwise;
}

/** Reads the parameters; what makes no sense is as if it were not there. */
export function previewState(offset: string | null, limit: string | null, columns: readonly string[]): PreviewState {
  const size = wholeNumber(limit, DEFAULT_SIZE);
  return {
    offset: wholeNumber(offset, 0),
    limit: PAGE_SIZES.find((known) => known === size) ?? DEFAULT_SIZE,
    columns: columns.length > 0 ? columns : undefined,
  };
}

/** The parameters of a state; what is usual is left out, so that links stay short. */
export function previewParams({ offset, limit, columns }: PreviewState): Params {
  return {
    offset: offset === 0 ? null : offset,
    limit: limit === DEFAULT_SIZE ? null : limit,
    columns: columns ?? null,
  };
}
