import { readdirSync } from 'node:fs';
import { SchemaIsNewer, SchemaMigrator } from '@lakescope/server-persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrations } from './index';
import { offencesOf } from './testing/schema-changes';
import { FIXTURES, TestSchema } from './testing/test-schema';

const NAMES = migrations.map(({ name }) => name);
const HEAD = NAMES.at(-1);
/** Names end with the time of their last migration, so the newest comes last. */
const NEWEST =
  readdirSync(FIXTURES)
    .filter((name) => name.startsWith('main-'))
    .sort()
    .at(-1) ?? '';

/** What taking a migration back may lose of rows that stay: what only the newer release has words for. */
const LOST_ON_THE_WAY_BACK: Readonly<Record<string, (table: string, row: Row) => Row | undefined>> = {
  LetInvocationsBeCanceled1795737660000: (table, row) =>
    table === 'model_inference_logs' && row['status'] === 'CANCELED' ? { ...row, status: 'INTERRUPTED' } : row,
  AlertOnFreshness1795737900000: (table, row) =>
    table === 'alert_rules' && row['condition'] === 'freshness' ? undefined : row,
};

type Row = Record<string, unknown>;

describe.each([16, 17] as const)('the migrations on PostgreSQL %d', (postgresVersion) => {
  let schema: TestSchema;

  beforeAll(async () => {
    schema = await TestSchema.start(postgresVersion);
  });
  afterEach(() => schema.clear());
  afterAll(() => schema.stop());

  it('go up, down to nothing, and up again to the very same', async () => {
    const { rows } = await schema.superuser.query<{ version: string }>('SHOW server_version');
    expect(rows[0]).toHaveProperty('server_version', expect.stringMatching(new RegExp(`^${postgresVersion}\\.`)));
    const migrator = new SchemaMigrator(await schema.connect());

    const up = await migrator.migrate();
    const first = await schema.objects();
    const versions = [];
    while ((await migrator.show()).some(({ state }) => state === 'applied')) {
      versions.push((await migrator.revertLast()).schemaVersion);
    }
    const nothing = await schema.objects();
    await migrator.migrate();

    expect(up).toEqual({ applied: NAMES, schemaVersion: HEAD });
    expect(versions).toEqual([
      ...migrations
        .map(({ name }) => name)
        .slice(0, -1)
        .reverse(),
      undefined,
    ]);
    expect(nothing).toEqual([]);
    expect(await schema.objects()).toEqual(first);
    expect(first.length).toBeGreaterThan(10);
  });

  it('change nothing when they are all there', async () => {
    const migrator = new SchemaMigrator(await schema.connect());
    await migrator.migrate();

    await expect(migrator.migrate()).resolves.toEqual({ applied: [], schemaVersion: HEAD });
  });

  it.each(readdirSync(FIXTURES))('bring %s to the present and back again, and every row with it', async (fixture) => {
    const migrator = new SchemaMigrator(await schema.restore(fixture));
    const restored = await schema.objects();
    const known = await schema.columns();
    const before = await schema.rows(known);
    const left = (await migrator.show()).filter(({ state }) => state === 'applied').map(({ name }) => name);

    const { applied, schemaVersion } = await migrator.migrate();
    const upgraded = await schema.objects();

    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
    expect([left, applied].flat()).toEqual(NAMES);
    expect(schemaVersion).toBe(HEAD);
    expect(await schema.rows(known)).toEqual(before);

    for (const _ of applied) await migrator.revertLast();
    expect(await schema.objects()).toEqual(restored);
    expect(await schema.rows(known)).toEqual(before);

    expect((await migrator.migrate()).applied).toEqual(applied);
    expect(await schema.objects()).toEqual(upgraded);
    expect(await schema.rows(known)).toEqual(before);

    // The same schema as one that was made today.
    const evolved = await schema.objects({ days: false });
    await schema.superuser.query('DROP SCHEMA lakescope CASCADE');
    await migrator.migrate();
    expect(evolved).toEqual(await schema.objects());
  });

  it('are taken back one by one and lose nothing but what they had made room for', async () => {
    const migrator = new SchemaMigrator(await schema.restore(NEWEST));
    await migrator.migrate();
    let before = await schema.rows(await schema.columns());

    for (const name of [...NAMES].reverse()) {
      expect((await migrator.revertLast()).reverted).toBe(name);
      const known = await schema.columns();
      const kept = LOST_ON_THE_WAY_BACK[name] ?? ((_table: string, row: Row) => row);
      const expected = Object.entries(known).map(([table, columns]) => {
        const rows = (before[table] ?? []).map((row) => kept(table, row)).filter((row) => row !== undefined);
        return [table, rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))];
      });
      const after = await schema.rows(known);
      expect(sorted(after)).toEqual(sorted(Object.fromEntries(expected) as typeof after));
      before = after;
    }
    expect((await migrator.migrate()).applied).toEqual(NAMES);
  });

  it('leave the release before at work: they add, and narrow nothing it relies on', async () => {
    await expect(offencesOf(schema, migrations)).resolves.toEqual([]);
  });

  it('go on counting after an upgrade', async () => {
    await new SchemaMigrator(await schema.restore('release-0.1.0.sql')).migrate();

    const { rows } = await schema.superuser.query<{ id: string }>(
      `INSERT INTO lakescope.user_preferences (user_id, preference_key, preference_value)
       VALUES ('new@acme.example', 'theme', '"dark"') RETURNING id`,
    );

    expect(rows).toEqual([{ id: '2001' }]);
  });

  it('are run once by replicas that start together', async () => {
    const replicas = await Promise.all([schema.connect(), schema.connect(), schema.connect()]);

    const reports = await Promise.all(replicas.map((source) => new SchemaMigrator(source).migrate()));

    expect(reports.flatMap(({ applied }) => applied)).toEqual(NAMES);
    expect(reports.map(({ schemaVersion }) => schemaVersion)).toEqual([HEAD, HEAD, HEAD]);
  });

  it('refuse a schema of a newer release in one clear line, and show what is unknown', async () => {
    const migrator = new SchemaMigrator(await schema.connect());
    await migrator.migrate();
    await schema.superuser.query(
      `INSERT INTO lakescope.schema_migrations (timestamp, name) VALUES (9999999999999, 'FromTomorrow9999999999999')`,
    );
    const before = await schema.objects();

    const refusal = migrator.migrate();

    await expect(refusal).rejects.toThrow(SchemaIsNewer);
    await expect(refusal).rejects.toThrow(
      /^The database schema is newer than this app.*FromTomorrow9999999999999[^\n]*$/,
    );
    await expect(migrator.revertLast()).rejects.toThrow(SchemaIsNewer);
    expect(await schema.objects()).toEqual(before);
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
      const migrating = new SchemaMigrator(await schema.connect([...migrations, Slow2999999999999])).migrate();
      const broken = migrating.catch((error: unknown) => error);
      const pid = await started;

      if (how === 'cut off') schema.stack.gateway.disconnectAll();
      else await schema.superuser.query('SELECT pg_terminate_backend($1)', [pid]);

      expect(await broken).toBeInstanceOf(Error);
      // What was complete is there, and nothing of the rest.
      expect((await new SchemaMigrator(await schema.connect()).show()).every(({ state }) => state === 'applied')).toBe(
        true,
      );
      expect((await schema.objects()).join()).not.toContain('half_done');
      const next = await new SchemaMigrator(await schema.connect([...migrations, Quick2999999999999])).migrate();
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
    await new SchemaMigrator(await schema.connect()).migrate();
    const before = await schema.objects();

    await expect(
      new SchemaMigrator(await schema.connect([...migrations, Broken2999999999999])).migrate(),
    ).rejects.toThrow('division by zero');

    expect(await schema.objects()).toEqual(before);
  });
});

function sorted(rows: Record<string, Row[]>): [string, string[]][] {
  return Object.entries(rows).map(([table, all]) => [table, all.map((row) => JSON.stringify(row)).sort()]);
}
