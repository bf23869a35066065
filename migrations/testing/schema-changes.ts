import { SchemaMigrator, type MigrationClass } from '@lakescope/server-persistence';
import type { Client } from 'pg';
import type { TestSchema } from './test-schema';

/**
 * What narrows a table that the release before works on, and why that release goes on working all the same. Everything else that
 * narrows has to wait until no release is at work that relies on what it takes away.
 */
const LET_PASS: Readonly<Record<string, readonly string[]>> = {
  // Each allows one value more.
  LetInvocationsBeCanceled1795737660000: ['model_inference_logs: constraint model_inference_logs_status_check'],
  AlertOnFreshness1795737900000: ['alert_rules: constraint alert_rules_condition_check'],
  // Grants are made by the owner of a connection that is there, and a connection that goes takes them along.
  EndGrantsWithConnections1795737960000: ['ingestion_grants: constraint ingestion_grants_connection'],
};

interface Part {
  readonly table: string;
  readonly part: string;
  readonly definition: string;
  /** Whether statements that know nothing of it may fail for it. */
  readonly binds: boolean;
  /** The columns it is about. */
  readonly columns: readonly string[];
}

const PARTS = `
  WITH tables AS (
    SELECT * FROM pg_class WHERE relnamespace = to_regnamespace('lakescope') AND relkind IN ('r', 'p', 'v') AND relname <> 'schema_migrations'
  )
  SELECT relname AS table, 'table' AS part, format('%s %s', relrowsecurity, relforcerowsecurity) AS definition, false AS binds, '[]'::json AS columns
    FROM tables
  UNION ALL
  SELECT relname, 'column ' || attname, format('%s %s', format_type(atttypid, atttypmod), attnotnull),
         attnotnull AND attidentity = '' AND NOT atthasdef, '[]'
    FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT relname, 'constraint ' || conname, pg_get_constraintdef(k.oid), true,
         (SELECT coalesce(json_agg(attname), '[]') FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))
    FROM tables JOIN pg_constraint k ON conrelid = tables.oid
  UNION ALL
  SELECT relname, 'unique index ' || indexrelid::regclass, pg_get_indexdef(indexrelid), true,
         (SELECT json_agg(attname) FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey))
    FROM tables JOIN pg_index ON indrelid = tables.oid WHERE indisunique
  UNION ALL
  SELECT relname, 'trigger ' || tgname, pg_get_triggerdef(t.oid), true, '[]' FROM tables JOIN pg_trigger t ON tgrelid = tables.oid WHERE NOT tgisinternal
  UNION ALL
  SELECT tablename, 'policy ' || policyname, format('%s %s %s', cmd, qual, with_check), true, '[]' FROM pg_policies WHERE schemaname = 'lakescope'
  ORDER BY 1, 2`;

/** Applies the migrations one by one to an empty schema; answers what each does to older tables that a release without it could fail on. */
export async function offencesOf(schema: TestSchema, migrations: readonly MigrationClass[]): Promise<string[]> {
  const offences: string[] = [];
  let before: Part[] = [];
  for (const [index, { name }] of migrations.entries()) {
    const source = await schema.connect(migrations.slice(0, index + 1));
    await new SchemaMigrator(source).migrate();
    const after = await partsOf(schema.superuser);
    const letPass = LET_PASS[name] ?? [];
    offences.push(
      ...narrowed(before, after)
        .filter((offence) => !letPass.includes(offence))
        .map((offence) => `${name} narrows ${offence}`),
    );
    before = after;
  }
  return offences;
}

async function partsOf(client: Client): Promise<Part[]> {
  return (await client.query<Part>(PARTS)).rows;
}

function narrowed(before: readonly Part[], after: readonly Part[]): string[] {
  const known = new Map(before.map((part) => [keyOf(part), part]));
  const present = new Set(after.map(keyOf));
  const tables = new Set(before.map(({ table }) => table));
  const gone = before.filter((part) => isMissed(part) && !present.has(keyOf(part)));
  const changed = after.filter((part) => {
    const old = known.get(keyOf(part));
    if (old !== undefined) return old.definition !== part.definition;
    // What comes with a new column binds whoever knows the column.
    const isOfNewColumns =
      part.columns.length > 0 && part.columns.every((column) => !known.has(`${part.table}: column ${column}`));
    return tables.has(part.table) && part.binds && !isOfNewColumns;
  });
  return [...new Set([...gone, ...changed].map(keyOf))].sort();
}

/** A constraint, an index or a trigger that goes is in nobody's way; a table, a column or somebody's right to rows is missed. */
function isMissed({ part }: Part): boolean {
  return !/^(constraint|unique index|trigger) /.test(part);
}

function keyOf({ table, part }: Part): string {
  return `${table}: ${part}`;
}
