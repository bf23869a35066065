import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lakebaseDataSource, SchemaIsNewer, SchemaMigrator, type MigrationClass } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Client } from 'pg';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from './index';

const FIXTURES = join(__dirname, 'fixtures');
const HEAD = migrations.at(-1)?.name;

describe.each([16, 17] as const)('the migrations on PostgreSQL %d', (postgresVersion) => {
  let stack: LocalStack;
  let superuser: Client;
  const opened: DataSource[] = [];

  beforeAll(async () => {
    stack = await LocalStack.start({ postgresVersion });
    const { host, port, superuser: user, password, database } = stack.postgres;
    superuser = new Client({ host, port, user, password, database });
    await superuser.connect();
  });

  beforeEach(() => superuser.query('DROP SCHEMA IF EXISTS lakescope CASCADE'));

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((source) => source.destroy()));
  });

  afterAll(async () => {
    await superuser.end();
    await stack.stop();
  });

  it('go up, down to nothing, and up again to the very same', async () => {
    const { rows } = await superuser.query<{ version: string }>('SHOW server_version');
    expect(rows[0]).toHaveProperty('server_version', expect.stringMatching(new RegExp(`^${postgresVersion}\\.`)));
    const migrator = new SchemaMigrator(await connect());

    const up = await migrator.migrate();
    const first = await objects();
    const versions = [];
    while ((await migrator.show()).some(({ state }) => state === 'applied')) {
      versions.push((await migrator.revertLast()).schemaVersion);
    }
    const nothing = await objects();
    await migrator.migrate();

    expect(up).toEqual({ applied: migrations.map(({ name }) => name), schemaVersion: HEAD });
    expect(versions).toEqual([
      ...migrations
        .map(({ name }) => name)
        .slice(0, -1)
        .reverse(),
      undefined,
    ]);
    expect(nothing).toEqual([]);
    expect(await objects()).toEqual(first);
    expect(first.length).toBeGreaterThan(10);
  });

  it('change nothing when they are all there', async () => {
    const migrator = new SchemaMigrator(await connect());
    await migrator.migrate();

    await expect(migrator.migrate()).resolves.toEqual({ applied: [], schemaVersion: HEAD });
  });

  it.each(readdirSync(FIXTURES))('bring %s to the present, and every row with it', async (fixture) => {
    const source = await connect();
    await source.query(readFileSync(join(FIXTURES, fixture), 'utf8'));
    const known = await columns();
    const before = await rowsOf(known);
    const migrator = new SchemaMigrator(source);

    const { applied, schemaVersion } = await migrator.migrate();

    expect(schemaVersion).toBe(HEAD);
    expect(applied.length).toBeGreaterThan(0);
    expect(await rowsOf(known)).toEqual(before);
    expect(Object.values(before).flat().length).toBeGreaterThan(500);

    // The same schema as one that was made today, and it goes on counting.
    const upgraded = await objects();
    await superuser.query('DROP SCHEMA lakescope CASCADE');
    await migrator.migrate();
    expect(upgraded).toEqual(await objects());
  });

  it('go on counting after an upgrade', async () => {
    const source = await connect();
    await source.query(readFileSync(join(FIXTURES, 'release-0.1.0.sql'), 'utf8'));
    await new SchemaMigrator(source).migrate();

    const { rows } = await superuser.query<{ id: string }>(
      `INSERT INTO lakescope.user_preferences (user_id, preference_key, preference_value)
       VALUES ('new@acme.example', 'theme', '"dark"') RETURNING id`,
    );

    expect(rows).toEqual([{ id: '2001' }]);
  });

  it('are run once by replicas that start together', async () => {
    const replicas = await Promise.all([connect(), connect(), connect()]);

    const reports = await Promise.all(replicas.map((source) => new SchemaMigrator(source).migrate()));

    expect(reports.flatMap(({ applied }) => applied)).toEqual(migrations.map(({ name }) => name));
    expect(reports.map(({ schemaVersion }) => schemaVersion)).toEqual([HEAD, HEAD, HEAD]);
  });

  it('refuse a schema of a newer release in one clear line, and show what is unknown', async () => {
    const migrator = new SchemaMigrator(await connect());
    await migrator.migrate();
    await superuser.query(
      `INSERT INTO lakescope.schema_migrations (timestamp, name) VALUES (9999999999999, 'FromTomorrow9999999999999')`,
    );
    const before = await objects();

    const refusal = migrator.migrate();

    await expect(refusal).rejects.toThrow(SchemaIsNewer);
    await expect(refusal).rejects.toThrow(
      /^The database schema is newer than this app.*FromTomorrow9999999999999[^\n]*$/,
    );
    await expect(migrator.revertLast()).rejects.toThrow(SchemaIsNewer);
    expect(await objects()).toEqual(before);
    expect((await migrator.show()).at(-1)).toEqual({ name: 'FromTomorrow9999999999999', state: 'unknown' });
  });

  it.each(['killed by the server', 'cut off'])(
    'that were %s in the middle are completed by the next start',
    async (how) => {
      let tellStarted: (pid: number) => void;
      const started = new Promise<number>((resolve) => (tellStarted = resolve));
      class Slow2999999999999 implements MigrationInterface {
        async up(runner: QueryRunner): Promise<void> {
          await runner.query('CREATE TABLE lakescope.half_done (id integer)');
          const [row] = (await runner.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
          tellStarted(row?.pid ?? 0);
          await runner.query('SELECT pg_sleep(60)');
        }

        async down(runner: QueryRunner): Promise<void> {
          await runner.query('DROP TABLE lakescope.half_done');
        }
      }
      class Quick2999999999999 extends Slow2999999999999 {
        // The name of a migration is the name under which it is remembered.
        readonly name = 'Slow2999999999999';

        override async up(runner: QueryRunner): Promise<void> {
          await runner.query('CREATE TABLE lakescope.half_done (id integer)');
        }
      }
      const migrating = new SchemaMigrator(await connect([...migrations, Slow2999999999999])).migrate();
      const broken = migrating.catch((error: unknown) => error);
      const pid = await started;

      if (how === 'cut off') stack.gateway.disconnectAll();
      else await superuser.query('SELECT pg_terminate_backend($1)', [pid]);

      expect(await broken).toBeInstanceOf(Error);
      // What was complete is there, and nothing of the rest.
      expect((await new SchemaMigrator(await connect()).show()).every(({ state }) => state === 'applied')).toBe(true);
      expect((await objects()).join()).not.toContain('half_done');
      const next = await new SchemaMigrator(await connect([...migrations, Quick2999999999999])).migrate();
      expect(next).toEqual({ applied: ['Slow2999999999999'], schemaVersion: 'Slow2999999999999' });
    },
  );

  it('that fail leave what was there before, and say why', async () => {
    class Broken2999999999999 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE lakescope.half_done (id integer)');
        await runner.query('SELECT 1/0');
      }

      async down(): Promise<void> {
        return Promise.resolve();
      }
    }
    await new SchemaMigrator(await connect()).migrate();
    const before = await objects();

    await expect(new SchemaMigrator(await connect([...migrations, Broken2999999999999])).migrate()).rejects.toThrow(
      'division by zero',
    );

    expect(await objects()).toEqual(before);
  });

  async function connect(which: readonly MigrationClass[] = migrations): Promise<DataSource> {
    const source = lakebaseDataSource({
      config: stack.config().lakebase,
      user: stack.workspace.servicePrincipal.clientId,
      password: credential,
      entities: [],
      migrations: which,
      onPoolError: () => undefined,
    });
    opened.push(await source.initialize());
    return source;
  }

  async function credential(): Promise<string> {
    const { url, servicePrincipal, databaseInstance } = stack.workspace;
    const basic = Buffer.from(`${servicePrincipal.clientId}:${servicePrincipal.clientSecret}`).toString('base64');
    const issued = await fetch(`${url}/oidc/v1/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&scope=all-apis',
    });
    const { access_token } = (await issued.json()) as { access_token: string };
    const minted = await fetch(`${url}/api/2.0/database/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ request_id: randomUUID(), instance_names: [databaseInstance.name] }),
    });
    return ((await minted.json()) as { token: string }).token;
  }

  /** Everything in the schema, as statements of a kind; without the list of migrations itself. */
  async function objects(): Promise<string[]> {
    const { rows } = await superuser.query<{ object: string }>(
      `WITH kept AS (
         SELECT c.* FROM pg_class c WHERE c.relnamespace = to_regnamespace('lakescope') AND c.relname NOT LIKE 'schema_migrations%'
           AND c.relname <> 'PK_62441bec32630ced9e4cccae336'
       )
       SELECT format('column %s.%s %s %s %s %s', kept.relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                     pg_get_expr(adbin, adrelid)) AS object
         FROM kept JOIN pg_attribute a ON attrelid = kept.oid AND attnum > 0 AND NOT attisdropped
         LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       UNION ALL SELECT format('relation %s %s %s %s %s', relname, relkind, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner)) FROM kept
       UNION ALL SELECT 'index ' || pg_get_indexdef(oid) FROM kept WHERE relkind = 'i'
       UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN kept ON kept.oid = conrelid
       UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN kept ON kept.oid = tgrelid WHERE NOT tgisinternal
       UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p WHERE pronamespace = to_regnamespace('lakescope')
       UNION ALL SELECT format('policy %s %s %s %s %s', tablename, policyname, cmd, qual, with_check) FROM pg_policies WHERE schemaname = 'lakescope'
       UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = to_regnamespace('lakescope') AND typtype IN ('e', 'd')
       ORDER BY 1`,
    );
    return rows.map(({ object }) => object);
  }

  async function columns(): Promise<Record<string, string[]>> {
    const { rows } = await superuser.query<{ name: string; columns: string[] }>(
      `SELECT table_name AS name, json_agg(column_name::text) AS columns FROM information_schema.columns
        WHERE table_schema = 'lakescope' AND table_name <> 'schema_migrations' GROUP BY 1 ORDER BY 1`,
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.columns]));
  }

  /** Every row, as far as it is made of these columns. */
  async function rowsOf(known: Record<string, string[]>): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const [table, names] of Object.entries(known)) {
      const { rows } = await superuser.query<{ row: string }>(
        `SELECT row_to_json(t)::text AS row FROM (SELECT ${names.join(', ')} FROM lakescope.${table}) t ORDER BY 1`,
      );
      found[table] = rows.map(({ row }) => row);
    }
    return found;
  }
});
