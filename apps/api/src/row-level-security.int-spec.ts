import { readFileSync } from 'node:fs';
import { Secret } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Partitions } from '@lakescope/server-metrics';
import { Database, UserOwnedTables, type UserOwnedTable } from '@lakescope/server-persistence';
import { Client } from 'pg';
import { TestApi } from './testing/test-api';

const ANA = 'ana@example.com';
const BO = 'bo@example.com';

/** How a row of somebody comes into each table; a table that is registered anew needs a line here. */
const ROW_OF: Readonly<Record<string, string>> = {
  user_preferences: `INSERT INTO lakescope.user_preferences (user_id, preference_key, preference_value)
    VALUES ($1, 'theme', '"dark"')`,
  audit_log: `INSERT INTO lakescope.audit_log (user_id, acting_as, action, outcome)
    VALUES ($1, 'user', 'preference.put', 'success')`,
  performance_metrics: `INSERT INTO lakescope.performance_metrics
    ("timestamp", response_time_ms, status_code, endpoint, method, user_id) VALUES (now(), 1, 200, '/x', 'GET', $1)`,
  usage_events: `INSERT INTO lakescope.usage_events (event_id, "timestamp", user_id, event_type)
    VALUES (gen_random_uuid(), now(), $1, 'page_view')`,
  file_uploads: `INSERT INTO lakescope.file_uploads
    (id, user_id, path, size_bytes, part_size_bytes, overwrite, sealed_token, expires_at)
    VALUES (gen_random_uuid(), $1, '/Volumes/a/b/c/d', 1, 1, false, 'sealed', now())`,
  metric_users: `INSERT INTO lakescope.metric_users (granularity_min, time_bucket, user_id, requests)
    VALUES (60, date_trunc('hour', now()) - (random() * 80)::int * interval '1 day', $1, 1)`,
  queries: `INSERT INTO lakescope.queries
    (query_id, user_id, catalog_name, schema_name, table_name, request, warehouse_id, status, step)
    VALUES (gen_random_uuid(), $1, 'c', 's', 't', '{}', 'w', 'PENDING', 'rows')`,
  model_inference_logs: `INSERT INTO lakescope.model_inference_logs
    (request_id, user_id, endpoint_name, status, inputs, correlation_id, completed_at)
    VALUES (gen_random_uuid(), $1, 'flight-delay', 'SUCCESS', '{}', 'c', now())`,
  schema_detection_events: `INSERT INTO lakescope.schema_detection_events
    (id, user_id, endpoint_name, detected_type, status, latency_ms, correlation_id)
    VALUES (gen_random_uuid(), $1, 'flight-delay', 'MLFLOW_MODEL', 'SUCCESS', 1, 'c')`,
  s3_connections: `INSERT INTO lakescope.s3_connections (id, user_id, name, region, path_style, key_hint, temporary, sealed_keys)
    VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, 'us-east-1', true, '…', false, 'sealed')`,
  ingestion_jobs: `INSERT INTO lakescope.ingestion_jobs
    (job_id, user_id, status, request, manifest_uri, target_uri, pair_key, request_hash, correlation_id)
    VALUES (gen_random_uuid(), $1, 'pending', '{}', 's3://a/manifest.json', 's3://b', 'p', 'h', 'c')`,
  ingestion_schedules: `INSERT INTO lakescope.ingestion_schedules (schedule_id, user_id, name, cron, time_zone, request)
    VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, '0 * * * *', 'UTC', '{}')`,
  ingestion_grants: `WITH connection AS (INSERT INTO lakescope.s3_connections
      (id, user_id, name, region, path_style, key_hint, temporary, sealed_keys)
      VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, 'us-east-1', true, '…', false, 'sealed') RETURNING id)
    INSERT INTO lakescope.ingestion_grants (connection_id, user_id, grantee)
    SELECT id, $1, 'cy@example.com' FROM connection`,
  ingestion_job_tables: ofJob('ingestion_job_tables (job_id, table_name, user_id, status)', `'t', $1, 'completed'`),
  ingestion_job_folders: ofJob(
    'ingestion_job_folders (job_id, table_name, fingerprint, folder_ms, user_id, status)',
    `'t', 'f', 1, $1, 'done'`,
  ),
  ingestion_job_events: ofJob('ingestion_job_events (job_id, user_id, event, data)', `$1, 'status', '{}'`),
  ingestion_job_logs: ofJob('ingestion_job_logs (job_id, user_id, level, message)', `$1, 'info', 'done'`),
  ingestion_feeds: `INSERT INTO lakescope.ingestion_feeds (user_id, pair_key, manifest_uri, target_uri, source_connection_id)
    VALUES ($1, gen_random_uuid()::text, 's3://a/manifest.json', 's3://b', 'default')`,
  ingestion_freshness: `WITH feed AS (INSERT INTO lakescope.ingestion_feeds
      (user_id, pair_key, manifest_uri, target_uri, source_connection_id)
      VALUES ($1, gen_random_uuid()::text, 's3://a/manifest.json', 's3://b', 'default') RETURNING pair_key)
    INSERT INTO lakescope.ingestion_freshness (user_id, pair_key, table_name) SELECT $1, pair_key, 't' FROM feed`,
  ingestion_thresholds: `INSERT INTO lakescope.ingestion_thresholds (user_id, target_uri, minutes)
    VALUES ($1, gen_random_uuid()::text, 60)`,
  query_exports: `WITH query AS (INSERT INTO lakescope.queries
      (query_id, user_id, catalog_name, schema_name, table_name, request, warehouse_id, status, step)
      VALUES (gen_random_uuid(), $1, 'c', 's', 't', '{}', 'w', 'PENDING', 'rows') RETURNING query_id)
    INSERT INTO lakescope.query_exports (export_id, query_id, user_id, format, path, status)
    SELECT gen_random_uuid(), query_id, $1, 'csv', '/Volumes/c/s/v/t.csv', 'PENDING' FROM query`,
};

describe('row-level security', () => {
  let api: TestApi;
  let database: Database;
  let tables: readonly UserOwnedTable[];
  let superuser: Client;

  beforeAll(async () => {
    api = await TestApi.start();
    database = api.app.get(Database);
    tables = api.app.get(UserOwnedTables).all;
    const { host, port, superuser: user, password, database: name } = api.stack.postgres;
    superuser = new Client({ host, port, user, password, database: name });
    await superuser.connect();
    for (const { name: table } of tables) {
      for (const owner of [ANA, BO, BO]) {
        await superuser.query(statementFor(table) + (table === 'user_preferences' ? ' ON CONFLICT DO NOTHING' : ''), [
          owner,
        ]);
      }
    }
  });

  afterAll(async () => {
    await superuser.end();
    await api.stop();
  });

  it('is forced on every table with rows of single users, whose owner cannot pass it by', async () => {
    const { rows } = await superuser.query(
      `SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
              r.rolsuper AS superuser, r.rolbypassrls AS bypasses, r.rolname = $2 AS "isApp"
         FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.relnamespace = 'lakescope'::regnamespace AND c.relname = ANY ($1) ORDER BY 1`,
      [tables.map(({ name }) => name), api.stack.workspace.servicePrincipal.clientId],
    );

    expect(tables.length).toBeGreaterThanOrEqual(2);
    expect(rows).toEqual(
      tables
        .map(({ name }) => ({ name, enabled: true, forced: true, superuser: false, bypasses: false, isApp: true }))
        .sort((one, other) => one.name.localeCompare(other.name)),
    );
  });

  it('misses no table that names a user', async () => {
    const { rows } = await superuser.query<{ name: string }>(
      `SELECT DISTINCT relname AS name FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = 'lakescope'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
          AND attname IN ('user_id', 'owner', 'owner_id', 'created_by') ORDER BY 1`,
    );

    expect(rows.map(({ name }) => name)).toEqual(tables.map(({ name }) => name).sort());
  });

  it('closes every partition to whoever names it instead of its table', async () => {
    await api.app.get(Partitions).ensure();
    const { rows } = await superuser.query<{ name: string; closed: boolean }>(
      `SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS closed FROM pg_class
        WHERE relnamespace = 'lakescope'::regnamespace AND relkind = 'r' AND relispartition ORDER BY 1`,
    );

    // Some days of each of the tables, and what lies outside of them.
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(rows.filter(({ closed }) => !closed)).toEqual([]);
    for (const { name } of rows) {
      expect(await database.asUser(caller(ANA), (tx) => tx.query(`SELECT user_id FROM ${name}`))).toEqual([]);
    }
  });

  it('is described for the tables there are', async () => {
    const page = readFileSync('docs/security.md', 'utf8');
    const [text = ''] = /## Rows that belong to people[\s\S]*?(?=\n## )/.exec(page) ?? [];
    const { rows } = await superuser.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'lakescope'::regnamespace AND relkind IN ('r', 'p')
          AND NOT relispartition`,
    );

    const walled = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    const open = [...(/^(.*)hold nothing about people/m.exec(text)?.[1] ?? '').matchAll(/`(\w+)`/g)];
    expect(walled.sort()).toEqual(tables.map(({ name }) => name).sort());
    expect([...walled, ...open.map(([, name]) => name)].sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it.each([ANA, BO])('shows %s own rows to a query that forgets its filter', async (person) => {
    for (const { name, userColumn } of tables) {
      expect(new Set(await ownersSeenBy(caller(person), name, userColumn))).toEqual(new Set([person]));
    }
  });

  it.each([
    ['nobody at all', ''],
    ['a pattern', '%'],
    ['an injection', `' OR true --`],
    ['another case', ANA.toUpperCase()],
    ['a stranger', 'cy@example.com'],
  ])('shows %s no row', async (_, person) => {
    for (const { name, userColumn } of tables) {
      expect(await ownersSeenBy(caller(person), name, userColumn)).toEqual([]);
    }
  });

  it('shows no row where no user is set, also on a connection that served somebody before', async () => {
    for (const { name } of tables) {
      const counts = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          index % 3 === 0
            ? database.asUser(caller(ANA), (tx) => tx.query('SELECT pg_sleep(0.005)')).then(() => '0')
            : database
                .ask<{ count: string }>(`SELECT count(*) AS count FROM lakescope.${name}`)
                .then((row) => row?.count),
        ),
      );

      expect(new Set(counts)).toEqual(new Set(['0']));
    }
  });

  it.each(['off', 'true', 'ON', '1', ''])('takes the system setting %j for none', async (value) => {
    for (const { name, userColumn } of tables) {
      const seen = await database.asUser(caller('cy@example.com'), async (tx) => {
        await tx.query(`SELECT set_config('lakescope.system', $1, true)`, [value]);
        return tx.query(`SELECT ${userColumn} FROM ${name}`) as Promise<unknown[]>;
      });

      expect(seen).toEqual([]);
    }
  });

  it('shows the system every row', async () => {
    for (const { name, userColumn } of tables) {
      const rows = (await database.asSystem((tx) => tx.query(`SELECT ${userColumn} AS owner FROM ${name}`))) as {
        owner: string;
      }[];

      expect(new Set(rows.map(({ owner }) => owner))).toEqual(new Set([ANA, BO]));
    }
  });

  it('lets nobody write into the name of another', async () => {
    for (const { name } of tables) {
      const forged = database.asUser(caller(BO), (tx) => tx.query(statementFor(name), [ANA]));

      await expect(forged).rejects.toThrow('row-level security');
    }
  });

  it('lets a change that forgets its filter touch own rows at most', async () => {
    for (const { name, userColumn } of tables) {
      const before = await rowsOf(ANA, name, userColumn);
      for (const change of [`DELETE FROM ${name}`, `UPDATE ${name} SET ${userColumn} = '${BO}'`]) {
        // Refused as a whole or done to own rows: either way Ana's stay.
        await database.asUser(caller(BO), (tx) => tx.query(change)).catch(() => undefined);
      }

      expect(await rowsOf(ANA, name, userColumn)).toEqual(before);
    }
  });

  async function ownersSeenBy(person: UserCaller, table: string, column: string): Promise<string[]> {
    const rows = (await database.asUser(person, (tx) => tx.query(`SELECT ${column} AS owner FROM ${table}`))) as {
      owner: string;
    }[];
    return rows.map(({ owner }) => owner);
  }

  async function rowsOf(person: string, table: string, column: string): Promise<unknown[]> {
    return (await superuser.query(`SELECT t::text FROM lakescope.${table} t WHERE ${column} = $1 ORDER BY 1`, [person]))
      .rows;
  }
});

/** A job and what belongs to it, both of one person. */
function ofJob(table: string, values: string): string {
  return `WITH job AS (INSERT INTO lakescope.ingestion_jobs
      (job_id, user_id, status, request, manifest_uri, target_uri, pair_key, request_hash, correlation_id)
      VALUES (gen_random_uuid(), $1, 'pending', '{}', 's3://a/manifest.json', 's3://b', 'p', 'h', 'c') RETURNING job_id)
    INSERT INTO lakescope.${table} SELECT job_id, ${values} FROM job`;
}

function statementFor(table: string): string {
  const statement = ROW_OF[table];
  if (statement === undefined) throw new Error(`Say in ROW_OF how a row comes into ${table}`);
  return statement;
}

function caller(userId: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret('unused'));
}
