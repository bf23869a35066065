import { InvalidSynthetic, parseDisorder, type DisorderAt } from './disorder';

/** One stretch of time of a suite, and what is written in it. */
export interface Step {
  readonly minutes: number;
  /** Mean number of folders of a table. */
  readonly folders: number;
  /** Mean number of parquet files of a folder, the empty one included. */
  readonly files: number;
  /** Mean number of rows of a file that is not empty. */
  readonly rows: number;
  /** Every table gets exactly the means; otherwise sizes are log-normal and a table may get no folder. */
  readonly even: boolean;
  readonly disorders: readonly DisorderAt[];
  /** Writes the files whole that earlier steps truncated. */
  readonly repair: boolean;
}

/** Everything a suite is made from: the same history makes the same bytes. */
export interface History {
  readonly seed: number;
  /** 3 to 700. */
  readonly tables: number;
  /** Epoch milliseconds of its beginning. */
  readonly start: number;
  readonly steps: readonly Step[];
}

export const DEFAULT_START = Date.UTC(2026, 0, 5);

export function stepOf(parts: Partial<Step>): Step {
  return { minutes: 60, folders: 4, files: 4, rows: 3, even: false, disorders: [], repair: false, ...parts };
}

/** Throws InvalidSynthetic, also for a history read from a bucket that is none of ours. */
export function checkHistory(history: History): History {
  const whole = (what: string, value: unknown, least: number, most: number): void => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return;
    throw new InvalidSynthetic(`${what} is ${String(value)}; it is a whole number from ${least} to ${most}`);
  };
  whole('seed', history.seed, 0, 2 ** 31);
  whole('tables', history.tables, 3, 700);
  whole('start', history.start, 1_000_000_000_000, 9_000_000_000_000);
  if (!Array.isArray(history.steps) || history.steps.length === 0) throw new InvalidSynthetic('A history needs a step');
  for (const [index, step] of history.steps.entries()) {
    whole('minutes', step.minutes, 1, 1_000_000);
    whole('files', step.files, 2, 1000);
    whole('rows', step.rows, 1, 1_000_000);
    if (!(step.folders >= 0 && step.folders <= 100_000)) throw new InvalidSynthetic('folders is from 0 to 100000');
    for (const text of step.disorders) {
      const { name } = parseDisorder(text);
      if (index === 0 && (name === 'manifest-rollback' || name === 'pruned-fingerprint')) {
        throw new InvalidSynthetic(`${name} takes back what an earlier step said: it cannot be in the first one`);
      }
    }
  }
  return history;
}

/** When a step begins. */
export function beginningOf(history: History, step: number): number {
  return history.steps.slice(0, step).reduce((time, { minutes }) => time + minutes * 60_000, history.start);
}
