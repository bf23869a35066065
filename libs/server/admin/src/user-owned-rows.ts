import type { UserCaller } from '@lakescope/server-http';
import { Database, type UserOwnedTable } from '@lakescope/server-persistence';
import { escapeIdentifier } from 'pg';
import { EXPORTING, RowsByTime } from './rows-by-time';

const PAGE = 500;

interface KeyColumn {
  table: string;
  name: string;
  type: string;
}

/** The rows one person owns, page by page in the order of the primary key, or of time where there are too many. Row-level security stands behind every query's own filter. */
export class UserOwnedRows {
  private constructor(
    private readonly database: Database,
    private readonly caller: UserCaller,
    private readonly keys: readonly KeyColumn[],
  ) {}

  /** Asks the database for the keys of the tables and for nothing of each, and so also whether it and all of them are there. */
  static async of(database: Database, caller: UserCaller, tables: readonly UserOwnedTable[]): Promise<UserOwnedRows> {
    const keys = await database.asUser(
      caller,
      async (tx) => {
        for (const { name, exportColumns } of tables) {
          await tx.query(
            `SELECT ${exportColumns.map(escapeIdentifier).join(', ')} FROM ${escapeIdentifier(name)} LIMIT 0`,
          );
        }
        return tx.query(
          `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
           FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
           WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1)
           ORDER BY c.relname, array_position(i.indkey::int2[], a.attnum)`,
          [tables.map(({ name }) => name)],
        ) as Promise<KeyColumn[]>;
      },
      EXPORTING,
    );
    return new UserOwnedRows(database, caller, keys);
  }

  /** Each page in a transaction of its own: a slow reader holds no connection. */
  pagesOf(table: UserOwnedTable): AsyncGenerator<Record<string, unknown>[]> {
    const { exportBy } = table;
    return exportBy === undefined
      ? this.pagesByKey(table)
      : new RowsByTime(this.database, this.caller, { ...table, exportBy }).pages();
  }

  private async *pagesByKey(table: UserOwnedTable): AsyncGenerator<Record<string, unknown>[]> {
    const keys = this.keys.filter((key) => key.table === table.name);
    if (keys.length === 0) throw new Error(`The table ${table.name} has no primary key to page by`);
    for (let after: string[] = []; ;) {
      const found = await this.page(table, keys, after);
      yield found.map(({ row_key: _, ...row }) => row);
      const last = found.length < PAGE ? undefined : found.at(-1);
      if (last === undefined) return;
      after = last.row_key;
    }
  }

  private page(
    table: UserOwnedTable,
    keys: readonly KeyColumn[],
    after: readonly string[],
  ): Promise<({ row_key: string[] } & Record<string, unknown>)[]> {
    const names = keys.map(({ name }) => escapeIdentifier(name));
    const beyond = keys.map(({ type }, position) => `$${position + 2}::${type}`);
    return this.database.asUser(
      this.caller,
      (tx) =>
        tx.query(
          `SELECT ${table.exportColumns.map(escapeIdentifier).join(', ')},
                  ARRAY[${names.map((name) => `${name}::text`).join(', ')}] AS row_key
           FROM ${escapeIdentifier(table.name)}
           WHERE ${escapeIdentifier(table.userColumn)} = $1
             ${after.length === 0 ? '' : `AND (${names.join(', ')}) > (${beyond.join(', ')})`}
           ORDER BY ${names.join(', ')} LIMIT ${PAGE}`,
          [this.caller.userId, ...after],
        ),
      EXPORTING,
    );
  }
}
