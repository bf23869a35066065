import { isMet, type Outcome } from '../scenario';
import type { FilledDatabase } from './filled-database';

/** One of the goals of the metrics: what is measured beside which peers, and the bars it is held against. */
export interface Goal {
  /** What `npm run bench -- NAME` takes; `metrics` takes all of them. */
  readonly name: string;
  title(size: Size): string;
  measure(setting: Setting): Promise<Findings>;
}

export interface Setting {
  readonly size: Size;
  readonly log: (line: string) => void;
  /** The large database: made when the first goal asks for it, shared by the others, removed at the end of the run. */
  filled(): Promise<FilledDatabase>;
}

/** How much is measured. Anything smaller than full size shows that the measurement works, and says nothing about a goal. */
export interface Size {
  readonly rows: number;
  readonly full: boolean;
  /** Seconds of a measurement that takes so many at full size, at least two. */
  seconds(atFullSize: number): number;
  rounds(atFullSize: number): number;
}

export const FULL_ROWS = 10_000_000;

export function sizeOf(rows: number): Size {
  if (!Number.isInteger(rows) || rows < 1_000) throw new Error(`LAKESCOPE_BENCH_ROWS: at least 1000, not ${rows}`);
  const full = rows >= FULL_ROWS;
  const share = Math.min(1, rows / FULL_ROWS);
  return {
    rows,
    full,
    seconds: (atFullSize) => (full ? atFullSize : Math.min(atFullSize, Math.max(2, Math.round(atFullSize * share)))),
    rounds: (atFullSize) => (full ? atFullSize : Math.min(atFullSize, 3)),
  };
}

export interface Findings {
  readonly tables: readonly Table[];
  readonly outcomes: readonly Outcome[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The findings as they stand in docs/benchmarks.md. */
export function goalMarkdown(goal: Goal, size: Size, { tables, outcomes }: Findings): string {
  const bar = ({ atMost, atLeast }: Outcome): string =>
    [atMost === undefined ? '' : `at most ${atMost}`, atLeast === undefined ? '' : `at least ${atLeast}`]
      .filter((part) => part !== '')
      .join(', ');
  return [
    `### ${goal.name}: ${goal.title(size)}`,
    '',
    ...(size.full ? [] : ['**Not at full size**: the numbers say that this works, and nothing about the goal.', '']),
    ...tables.flatMap(({ title, columns, rows }) => [title, '', ...table(columns, rows), '']),
    ...table(
      ['outcome', 'measured', 'bar'],
      outcomes.map((outcome) => [
        outcome.what,
        `${written(outcome.value)} ${outcome.unit}`,
        `${bar(outcome)}${isMet(outcome) ? '' : ' (**missed**)'}`,
      ]),
    ),
    '',
  ].join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? written(cell) : cell)).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)];
}

/** Three digits say what a benchmark can tell. */
export function written(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
