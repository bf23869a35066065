const LEVELS = ['info', 'warn', 'error'] as const;

/** A line of the log of a run. */
export interface LogLine {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly level: (typeof LEVELS)[number];
  /** Null: it is about the whole run. */
  readonly table: string | null;
  readonly message: string;
}

/** The line that an event of the log holds. Throws for anything else. */
export function lineOf(data: string): LogLine {
  const line: unknown = JSON.parse(data);
  if (typeof line !== 'object' || line === null) throw new Error('A line of a log is no object');
  const { id, at, level, table, message } = line as Record<string, unknown>;
  const known = LEVELS.find((one) => one === level);
  if (typeof id !== 'string' || typeof at !== 'string' || typeof message !== 'string' || known === undefined) {
    throw new Error('A line of a log lacks its id, time, level or message');
  }
  return { id, at, level: known, table: typeof table === 'string' ? table : null, message };
}

/** The lines in which a text stands, whatever its case. */
export function matching(lines: readonly LogLine[], search: string): readonly LogLine[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return lines;
  return lines.filter(({ table, message }) => `${table ?? ''} ${message}`.toLowerCase().includes(wanted));
}
