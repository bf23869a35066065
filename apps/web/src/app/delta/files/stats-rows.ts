import { type FileStatsDto } from '@lakescope/web-api';

/** What the statistics of a file say of one column. */
export interface StatsRow {
  /** Inside a struct with those around it: `address.city`. */
  readonly column: string;
  readonly min: string | undefined;
  readonly max: string | undefined;
  readonly nulls: string | undefined;
}

type Leaves = Map<string, string>;

function leavesOf(value: unknown, name: string, leaves: Leaves): Leaves {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [part, inside] of Object.entries(value))
      leavesOf(inside, name === '' ? part : `${name}.${part}`, leaves);
    return leaves;
  }
  if (value === undefined || value === null) return leaves;
  return leaves.set(name, typeof value === 'string' ? value : JSON.stringify(value));
}

/** Statistics by column, those of structs by their fields; in the order in which they were written. */
export function statsRows(stats: FileStatsDto): readonly StatsRow[] {
  const [min, max, nulls] = [stats.min_values, stats.max_values, stats.null_count].map((values) =>
    leavesOf(values ?? {}, '', new Map<string, string>()),
  ) as [Leaves, Leaves, Leaves];
  return [...new Set([...nulls.keys(), ...min.keys(), ...max.keys()])].map((column) => ({
    column,
    min: min.get(column),
    max: max.get(column),
    nulls: nulls.get(column),
  }));
}
