import { type CellView } from '../cell-view';

const VALUE_CHARACTER = 9;
const NAME_CHARACTER = 10.5;
const TYPE_CHARACTER = 7.4;
const LONGEST_TYPE = 20;
/** Room for the share of nulls behind the type, where there are any. */
const NULLS = 72;
/** Room for the button that unfolds a nested value. */
const UNFOLD = 20;
const PADDING = 26;
const NARROWEST = 64;
const WIDEST = 340;
/** A number that is cut looks like another number: 38 digits fit, with what groups them. */
const WIDEST_NUMBER = 500;

/** The width in pixels at which a column shows its name and nine of ten of its values whole, of numbers all, within limits. */
export function fittingWidth(name: string, type: string, cells: readonly CellView[]): number {
  const lengths = cells.map(({ text }) => text.length).sort((a, b) => a - b);
  const typical = lengths[Math.floor(lengths.length * 0.9)] ?? 0;
  const longest = lengths.at(-1) ?? 0;
  const has = (kind: CellView['kind']): boolean => cells.some((cell) => cell.kind === kind);
  const widest = Math.max(
    (has('number') ? longest : typical) * VALUE_CHARACTER + (has('nested') ? UNFOLD : 0),
    name.length * NAME_CHARACTER,
    Math.min(type.length, LONGEST_TYPE) * TYPE_CHARACTER + (has('null') ? NULLS : 0),
  );
  return Math.round(Math.min(has('number') ? WIDEST_NUMBER : WIDEST, Math.max(NARROWEST, widest + PADDING)));
}
