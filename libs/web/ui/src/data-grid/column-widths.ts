import { type CellView } from '../cell-view';

const CHARACTER = 7.6;
const PADDING = 26;
const NARROWEST = 64;
const WIDEST = 340;

/** The width in pixels at which a column shows its name and nine of ten of its values whole, within limits. */
export function fittingWidth(name: string, type: string, cells: readonly CellView[]): number {
  const lengths = cells.map(({ text }) => text.length).sort((a, b) => a - b);
  const typical = lengths[Math.floor(lengths.length * 0.9)] ?? 0;
  const widest = Math.max(name.length, Math.min(type.length, 24) * 0.9, typical);
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, widest * CHARACTER + PADDING)));
}
