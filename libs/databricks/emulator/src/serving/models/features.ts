import type { Feature } from './model-file';

/** A value of a row after the signature was enforced. */
export type Cell = unknown;

/** Reads the value of a column of one row; undefined for a column that was not sent. */
export type CellOf = (column: string) => Cell;

const DAY_MS = 86_400_000;

/** The number a feature is for a row. Dates and times have no zone and are read as they are written. */
export function featureOf(feature: Feature, cellOf: CellOf): number {
  const cell = cellOf(feature.column);
  if (feature.as === 'encoded') {
    return typeof cell === 'string' && Object.hasOwn(feature.values, cell)
      ? (feature.values[cell] ?? feature.missing)
      : feature.missing;
  }
  const value = numberOf(feature.as, cell);
  return value === undefined || Number.isNaN(value) ? feature.missing : value;
}

function numberOf(as: Exclude<Feature['as'], 'encoded'>, cell: Cell): number | undefined {
  if (as === 'number') return numeric(cell);
  if (!(cell instanceof Date)) return undefined;
  if (as === 'hour_of_day') return cell.getUTCHours() + cell.getUTCMinutes() / 60;
  if (as === 'day_of_week') return cell.getUTCDay();
  const newYear = Date.UTC(cell.getUTCFullYear(), 0, 1);
  return Math.floor((cell.getTime() - newYear) / DAY_MS) + 1;
}

function numeric(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'bigint' || typeof cell === 'boolean' ? Number(cell) : undefined;
}
