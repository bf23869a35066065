import 'reflect-metadata';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { SecretsConfig } from '@lakescope/server-config';
import { openSchema, SealedText } from '@lakescope/server-persistence';
import { LocalStack, schemaObjects } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { dumpSchema } from './dump-schema';
import { FIXTURE_SECRET, type FixtureRow, type FixtureValue } from './fixture-row';
import { fixtureRows } from './fixture-rows';

const FIXTURES = 'migrations/fixtures';
/** A day of raw metrics, as the running app makes one. */
const DAY = '2026_02_01';
const USAGE = 'usage: npm run schema-fixture -- NAME [--until MIGRATION]';

const sealing = new SealedText(new SecretsConfig([], true, [new Secret(FIXTURE_SECRET)]));

/** Writes `migrations/fixtures/NAME.sql`: the schema at a migration, the newest unless one is named, with rows in every table. */
async function main(): Promise<void> {
  Logger.overrideLogger(false);
  const { values, positionals } = parseArgs({ options: { until: { type: 'string' } }, allowPositionals: true });
  const [name] = positionals;
  if (name === undefined || !/^(release|main)-[\w.]+$/.test(name))
    throw new Error(`${USAGE}, NAME release-X.Y.Z or main-NUMBER`);
  const file = join(FIXTURES, `${name}.sql`);
  if (existsSync(file))
    throw new Error(`${file} is there: a fixture is never changed, as people's databases are not either.`);
  const last =
    values.until === undefined ? migrations.length - 1 : migrations.findIndex(({ name: one }) => one === values.until);
  if (last === -1) throw new Error(`There is no migration ${values.until}`);
  const applied = migrations.slice(0, last + 1);

  const stack = await LocalStack.start({ postgresVersion: 16 });
  const { host, port, superuser: user, password, database } = stack.postgres;
  const superuser = new Client({ host, port, user, password, database });
  await superuser.connect();
  const clients = clientsOf(stack);
  try {
    const schema = await openSchema(stack.config().lakebase, clients, applied);
    await schema.migrator.migrate();
    await fill(
      superuser,
      applied.map((migration) => migration.name),
    );
    const sql = await dumpSchema(superuser);
    const before = await schemaObjects(superuser);
    await superuser.query('DROP SCHEMA lakescope CASCADE');
    await schema.system.transaction((run) => run(sql));
    await schema.close();
    refuseDifference(before, await schemaObjects(superuser));
    if (sql !== (await dumpSchema(superuser)))
      throw new Error('The rows of the fixture are not those that were written.');
    writeFileSync(file, `${headOf(name, applied.at(-1)?.name)}\n\n${sql}`);
    console.log(`Written: ${file}`);
  } finally {
    await clients.close();
    await superuser.end();
    await stack.stop();
  }
}

function headOf(name: string, migration: string | undefined): string {
  const whose = name.startsWith('release')
    ? `release ${name.slice('release-'.length)}`
    : 'an app deployed from the main branch';
  return `-- The schema as ${whose} left it behind (${migration}), with rows in every table. Made by \`npm run schema-fixture\`.
-- A fixture is never changed: people's databases are not either.`;
}

async function fill(client: Client, applied: readonly string[]): Promise<void> {
  const tables = await columnsOf(client);
  // The superuser's rows pass all walls; the partition belongs to the app, as everything does.
  for (const [table, owner] of Object.entries(await partitionedTables(client))) {
    const [year, month, day] = DAY.split('_').map(Number) as [number, number, number];
    const end = new Date(Date.UTC(year, month - 1, day + 1)).toISOString();
    const begin = new Date(Date.UTC(year, month - 1, day)).toISOString();
    const partition = `lakescope.${table}_${DAY}`;
    await client.query(
      `CREATE TABLE ${partition} PARTITION OF lakescope.${table} FOR VALUES FROM ('${begin}') TO ('${end}')`,
    );
    await client.query(`ALTER TABLE ${partition} OWNER TO ${client.escapeIdentifier(owner)}`);
    await client.query(`ALTER TABLE ${partition} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`);
  }
  for (const row of fixtureRows) {
    const columns = tables.get(row.table);
    if (columns === undefined || (row.since !== undefined && !applied.includes(row.since))) continue;
    await insert(client, row, columns);
  }
  await continueSequences(client, tables);
  await refuseEmpty(client, tables);
}

async function insert(client: Client, { table, values }: FixtureRow, columns: readonly string[]): Promise<void> {
  const known = Object.entries(values).filter(([column]) => columns.includes(column));
  const names = known.map(([column]) => client.escapeIdentifier(column)).join(', ');
  const record = Object.fromEntries(known.map(([column, value]) => [column, storedValue(value)]));
  await client.query(
    `INSERT INTO lakescope.${table} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${names} FROM jsonb_populate_record(NULL::lakescope.${table}, $1::jsonb)`,
    [JSON.stringify(record)],
  );
}

/** As `jsonb_populate_record` reads it. */
function storedValue(value: FixtureValue): unknown {
  if (typeof value !== 'object' || value === null || !('seal' in value) || !('place' in value)) return value;
  return `\\x${sealing.seal(new Secret(String(value.seal)), String(value.place)).toString('hex')}`;
}

async function columnsOf(client: Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT relname AS table, json_agg(attname ORDER BY attnum) AS columns FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
      WHERE relnamespace = 'lakescope'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND attnum > 0
        AND NOT attisdropped AND relname <> 'schema_migrations' GROUP BY 1`,
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

async function partitionedTables(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; owner: string }>(
    `SELECT relname AS name, pg_get_userbyid(relowner) AS owner FROM pg_class
      WHERE relnamespace = 'lakescope'::regnamespace AND relkind = 'p' ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, owner }) => [name, owner]));
}

/** Ids go on after those of the rows, with a gap as it comes of rows that were deleted. */
async function continueSequences(client: Client, tables: ReadonlyMap<string, readonly string[]>): Promise<void> {
  for (const [table, columns] of tables) {
    for (const column of columns) {
      await client.query(
        `SELECT setval(sequence, 1000 + (SELECT coalesce(max(${client.escapeIdentifier(column)}::text::numeric), 0)::bigint FROM lakescope.${table}))
           FROM pg_get_serial_sequence('lakescope.${table}', '${column}') AS sequence WHERE sequence IS NOT NULL`,
      );
    }
  }
}

/** A table without rows, or a column without a value in any of them, would prove nothing. */
async function refuseEmpty(client: Client, tables: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const empty: string[] = [];
  for (const [table, columns] of tables) {
    const counts = columns.map(
      (column) => `count(${client.escapeIdentifier(column)}) AS ${client.escapeIdentifier(column)}`,
    );
    const { rows } = await client.query<Record<string, string>>(`SELECT ${counts.join(', ')} FROM lakescope.${table}`);
    empty.push(...columns.filter((column) => rows[0]?.[column] === '0').map((column) => `${table}.${column}`));
  }
  if (empty.length > 0) throw new Error(`No row has a value of ${empty.join(', ')}: add one to tools/schema-fixture.`);
}

function refuseDifference(before: readonly string[], after: readonly string[]): void {
  const lost = before.filter((line) => !after.includes(line));
  const added = after.filter((line) => !before.includes(line));
  if (lost.length + added.length > 0)
    throw new Error(`The schema came out differently.\nlost: ${lost.join('\n')}\nadded: ${added.join('\n')}`);
}

function clientsOf(stack: LocalStack): DatabricksClients {
  const { host, clientId = '', clientSecret } = stack.config().databricks;
  return new DatabricksClients({
    host: host.href,
    product: { name: 'lakescope-schema-fixture', version: '0' },
    ...(clientSecret === undefined ? {} : { app: { clientId, clientSecret } }),
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
