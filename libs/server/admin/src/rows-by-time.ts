import type { UserCaller } from '@lakescope/server-http';
import { Database, type UserOwnedTable } from '@lakescope/server-persistence';
import { escapeIdentifier } from 'pg';

const PAGE = 2_000;
const HOUR_MS = 3_600_000;
/** Of so much time rows are looked for at once; what lies beyond the days below is empty as a rule, and one window at each end. */
const WINDOW_MS = 2 * HOUR_MS;
const DAYS_BACK = 9;

export const EXPORTING = { feature: 'Exporting your data', repeat: 'read' } as const;

type Row = Record<string, unknown>;
type TimedTable = UserOwnedTable & Required<Pick<UserOwnedTable, 'exportBy'>>;

/**
 * The rows one person owns in a table that has no index by person, in order of time: window after window, so that an index of times (BRIN)
 * has each part of the table read once and no more.
 */
export class RowsByTime {
  private readonly time: string;
  private readonly tie: string;

  constructor(
    private readonly database: Database,
    private readonly caller: UserCaller,
    private readonly table: TimedTable,
  ) {
    this.time = escapeIdentifier(table.exportBy.time);
    this.tie = escapeIdentifier(table.exportBy.tie);
  }

  /** Each page in a transaction of its own: a slow reader holds no connection. */
  async *pages(now = Date.now()): AsyncGenerator<Row[]> {
    for (const [from, to] of windows(now)) {
      for (let after: readonly [string, string] | undefined; ;) {
        const found = await this.page(from, to, after);
        yield found.map(({ row_time: _, row_tie: __, ...row }) => row);
        const last = found.length < PAGE ? undefined : found.at(-1);
        if (last === undefined) break;
        after = [String(last['row_time']), String(last['row_tie'])];
      }
    }
  }

  private page(from: string, to: string, after: readonly [string, string] | undefined): Promise<Row[]> {
    const { table, time, tie, caller } = this;
    return this.database.asUser(
      caller,
      (tx) =>
        tx.query(
          `SELECT ${table.exportColumns.map(escapeIdentifier).join(', ')}, ${time}::text AS row_time, ${tie}::text AS row_tie
           FROM ${escapeIdentifier(table.name)}
           WHERE ${escapeIdentifier(table.userColumn)} = $1 AND ${time} >= $2 AND ${time} < $3
             ${after === undefined ? '' : `AND (${time} > $4 OR (${time} = $4 AND ${tie}::text > $5))`}
           ORDER BY ${time}, ${tie}::text LIMIT ${PAGE}`,
          [caller.userId, after?.[0] ?? from, to, ...(after ?? [])],
        ),
      EXPORTING,
    );
  }
}

function* windows(now: number): Generator<readonly [string, string]> {
  const first = Math.floor(now / HOUR_MS) * HOUR_MS - DAYS_BACK * 24 * HOUR_MS;
  let from = '-infinity';
  let begin = first;
  for (; begin <= now; begin += WINDOW_MS) {
    const to = new Date(begin).toISOString();
    yield [from, to];
    from = to;
  }
  yield [from, 'infinity'];
}
