import type { QueryRunner } from 'typeorm';
import { defaults } from './defaults';

export interface TableColumn {
  readonly name: string;
  /** As a cast names it. */
  readonly type: string;
  /** The sequence that fills it, quoted as a statement needs it. */
  readonly sequence: string | null;
}

export interface SchemaTable {
  readonly name: string;
  /** Without those the server works out by itself. */
  readonly columns: readonly TableColumn[];
  /** Empty when there is none. */
  readonly primaryKey: readonly string[];
}

interface TableRow extends SchemaTable {
  refersTo: readonly string[];
}

/** The app's tables, each after those it refers to. A partitioned table is one table; the list of migrations is none of them. */
export async function tablesOf(runner: QueryRunner): Promise<readonly SchemaTable[]> {
  const rows = (await runner.query(
    `SELECT c.relname AS name,
            (SELECT coalesce(json_agg(json_build_object(
                      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                      'sequence', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)) ORDER BY a.attnum), '[]')
               FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
            (SELECT coalesce(json_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum)), '[]')
               FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
              WHERE i.indrelid = c.oid AND i.indisprimary) AS "primaryKey",
            (SELECT coalesce(json_agg(DISTINCT f.relname), '[]') FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
              WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS "refersTo"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> $2
      ORDER BY c.relname`,
    [defaults.schema, defaults.migrationsTable],
  )) as TableRow[];
  return inOrder(rows);
}

/** A name as part of a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quotedTable(name: string): string {
  return `${quoted(defaults.schema)}.${quoted(name)}`;
}

function inOrder(tables: readonly TableRow[]): SchemaTable[] {
  const ordered: TableRow[] = [];
  let rest = [...tables];
  while (rest.length > 0) {
    const free = rest.filter(({ refersTo }) => !rest.some(({ name }) => refersTo.includes(name)));
    if (free.length === 0) {
      throw new Error(`Tables that refer to each other cannot be restored: ${rest.map(({ name }) => name).join(', ')}`);
    }
    ordered.push(...free);
    rest = rest.filter((table) => !free.includes(table));
  }
  return ordered;
}
