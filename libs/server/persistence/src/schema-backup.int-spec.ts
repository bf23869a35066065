import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { MigrationClass } from './lakebase-data-source';
import { openSchema, type OpenSchema } from './open-schema';
import { InvalidBackup, RestoreRefused } from './persistence.errors';

/** Tables with everything that is easily lost on the way, one referring to the other by a name that sorts first. */
class CreateTreasures1000000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lakescope.treasures (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id text NOT NULL, found_at timestamptz, "Odd ""Name" text,
        content jsonb, amount numeric, ratio float8, tags text[], raw bytea, length interval,
        doubled numeric GENERATED ALWAYS AS (amount * 2) STORED)`);
    await runner.query(`
      CREATE TABLE lakescope.a_note (treasure_id bigint REFERENCES lakescope.treasures, day date, text text)
      PARTITION BY RANGE (day)`);
    await runner.query('CREATE TABLE lakescope.a_note_rest PARTITION OF lakescope.a_note DEFAULT');
    await runner.query('ALTER TABLE lakescope.treasures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    await runner.query(`
      CREATE POLICY owner ON lakescope.treasures USING (user_id = current_setting('lakescope.user_id', true))`);
    await runner.query(`
      CREATE POLICY system ON lakescope.treasures USING (current_setting('lakescope.system', true) = 'on')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lakescope.a_note, lakescope.treasures');
  }
}

class RankTreasures2000000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lakescope.treasures ADD rank integer NOT NULL DEFAULT 7');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE lakescope.treasures DROP rank');
  }
}

const FIRST = [CreateTreasures1000000000000];
const BOTH = [CreateTreasures1000000000000, RankTreasures2000000000000];

const TREASURES = `
  INSERT INTO lakescope.treasures (user_id, found_at, "Odd ""Name", content, amount, ratio, tags, raw, length) VALUES
    ('ana', '2026-03-29 01:59:59.123456+00', E'line\\nbreak, "quote", \\\\ and \\t', '{"b": 1, "a": [9007199254740993]}',
     '12345678901234567890.000000001', 0.1, '{"a,b",NULL,""}', '\\x00ff', '1 mon 2 days 03:04:05.678901'),
    ('bo', 'infinity', 'żółć 🦆 \u2028', 'null', 'NaN', 'Infinity', '{}', '', NULL),
    ('bo', '0044-03-15 12:00:00+00 BC', NULL, NULL, NULL, 5e-324, NULL, NULL, NULL)`;

describe('a backup of the schema', () => {
  let stack: LocalStack;
  let databricks: DatabricksClients;
  let superuser: Client;
  let directory: string;
  const opened: OpenSchema[] = [];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    const { host, port, superuser: user, password, database } = stack.postgres;
    superuser = new Client({ host, port, user, password, database });
    await superuser.connect();
    const { host: workspace, clientId = '', clientSecret = new Secret('') } = stack.config().databricks;
    databricks = new DatabricksClients({
      host: workspace.href,
      app: { clientId, clientSecret },
      product: { name: 'lakescope', version: '0.0.0' },
    });
  });

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'lakescope-backup-')), 'backup');
    await sql('DROP SCHEMA IF EXISTS lakescope CASCADE');
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((schema) => schema.close()));
    await rm(join(directory, '..'), { recursive: true, force: true });
  });

  afterAll(async () => {
    await superuser.end();
    await databricks.close();
    await stack.stop();
  });

  it('brings every value back as it was, in every type, for every user', async () => {
    await (await given(FIRST)).migrator.migrate();
    await sql(TREASURES);
    await sql(`INSERT INTO lakescope.a_note VALUES (2, '2026-01-01', 'x'), (NULL, '2027-01-01', NULL)`);
    await sql(`INSERT INTO lakescope.treasures (id, user_id) OVERRIDING SYSTEM VALUE VALUES (9007199254740993, 'ana')`);
    const before = await contents();

    const saved = await opened[0]?.backup.backup(directory);
    await sql('DROP SCHEMA lakescope CASCADE');
    const restored = await (await given(FIRST)).backup.restore(directory);

    expect(saved?.tables).toEqual([
      { name: 'treasures', rows: 4 },
      { name: 'a_note', rows: 2 },
    ]);
    expect(restored).toEqual(saved);
    expect(await contents()).toEqual(before);
    expect(before).toHaveLength(6);
  });

  it('goes on counting where the schema had stopped', async () => {
    await (await given(FIRST)).migrator.migrate();
    await sql(TREASURES);
    await sql('DELETE FROM lakescope.treasures WHERE id = 3');

    await opened[0]?.backup.backup(directory);
    await opened[0]?.backup.restore(directory, { replace: true });
    await sql(`INSERT INTO lakescope.treasures (user_id) VALUES ('cy')`);

    expect(await sql(`SELECT id FROM lakescope.treasures WHERE user_id = 'cy'`)).toEqual([{ id: '4' }]);
  });

  it('is of one instant, and people go on working meanwhile', async () => {
    await (await given(FIRST)).migrator.migrate();
    await sql(`INSERT INTO lakescope.treasures (user_id) SELECT 'u' || n FROM generate_series(1, 20000) n`);
    await sql(`INSERT INTO lakescope.a_note SELECT id, '2026-01-01', 'x' FROM lakescope.treasures`);

    const [saved] = await Promise.all([
      opened[0]?.backup.backup(directory),
      until(() => exists(join(directory, 'treasures.ndjson.gz'))).then(() => sql('DELETE FROM lakescope.a_note')),
    ]);

    expect(saved?.tables).toEqual([
      { name: 'treasures', rows: 20_000 },
      { name: 'a_note', rows: 20_000 },
    ]);
  });

  it('keeps no replica from starting meanwhile', async () => {
    const [schema, replica] = [await given(FIRST), await given(FIRST)];
    await schema.migrator.migrate();
    await sql(`INSERT INTO lakescope.treasures (user_id) SELECT 'u' || n FROM generate_series(1, 60000) n`);
    let ended = false;

    const saving = schema.backup.backup(directory).finally(() => (ended = true));
    await until(() => exists(join(directory, 'treasures.ndjson.gz')));
    await replica.migrator.migrate();

    expect(ended).toBe(false);
    await saving;
  });

  it('of an older release is restored at its version and then migrated', async () => {
    await (await given(FIRST)).migrator.migrate();
    await sql(TREASURES);
    await opened[0]?.backup.backup(directory);
    await sql('DROP SCHEMA lakescope CASCADE');

    const report = await (await given(BOTH)).backup.restore(directory);

    expect(report.schemaVersion).toBe('RankTreasures2000000000000');
    expect(await sql('SELECT DISTINCT rank FROM lakescope.treasures')).toEqual([{ rank: 7 }]);
  });

  it('of a newer release is refused', async () => {
    await (await given(BOTH)).migrator.migrate();
    await opened[0]?.backup.backup(directory);

    const refusal = (await given(FIRST)).backup.restore(directory, { replace: true });

    await expect(refusal).rejects.toThrow(RestoreRefused);
    await expect(refusal).rejects.toThrow(/newer release.*RankTreasures2000000000000/);
  });

  it('does not go over rows, nor into a schema of another version, unless told to replace it', async () => {
    await (await given(FIRST)).migrator.migrate();
    await opened[0]?.backup.backup(directory);
    await sql(TREASURES);
    await expect(opened[0]?.backup.restore(directory)).rejects.toThrow('rows in treasures');
    await sql('TRUNCATE lakescope.treasures CASCADE');
    const newer = await given(BOTH);
    await newer.migrator.migrate();

    await expect(newer.backup.restore(directory)).rejects.toThrow('of another version');
    await expect(newer.backup.restore(directory, { replace: true })).resolves.toMatchObject({
      schemaVersion: 'RankTreasures2000000000000',
    });
  });

  it('that was changed by one byte, or is not whole, is refused before anything changes', async () => {
    await (await given(FIRST)).migrator.migrate();
    await sql(TREASURES);
    await opened[0]?.backup.backup(directory);
    const before = await contents();

    await appendFile(join(directory, 'treasures.ndjson.gz'), 'x');
    await expect(opened[0]?.backup.restore(directory, { replace: true })).rejects.toThrow('checksum differs');
    await rm(join(directory, 'treasures.ndjson.gz'));
    await expect(opened[0]?.backup.restore(directory, { replace: true })).rejects.toThrow(InvalidBackup);
    await rm(join(directory, 'manifest.json'));
    await expect(opened[0]?.backup.restore(directory, { replace: true })).rejects.toThrow('no complete backup');

    expect(await contents()).toEqual(before);
  });

  it('whose rows do not fit leaves the schema as it was', async () => {
    await (await given(FIRST)).migrator.migrate();
    await sql(TREASURES);
    await opened[0]?.backup.backup(directory);
    const before = await contents();
    const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as {
      tables: { rows: number }[];
    };
    manifest.tables.forEach((table) => (table.rows += 1));
    await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));

    await expect(opened[0]?.backup.restore(directory, { replace: true })).rejects.toThrow('3 rows instead of 4');

    expect(await contents()).toEqual(before);
  });

  it('is written into an empty folder only, and for its owner only', async () => {
    await (await given(FIRST)).migrator.migrate();
    await opened[0]?.backup.backup(directory);

    await expect(opened[0]?.backup.backup(directory)).rejects.toThrow('not empty');
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, 'treasures.ndjson.gz'))).mode & 0o777).toBe(0o600);
  });

  it('is not made of nothing, nor where the system makes no folders', async () => {
    const { backup, migrator } = await given(FIRST);

    await expect(backup.backup(directory)).rejects.toThrow('there is nothing to back up');
    await migrator.migrate();
    await expect(backup.backup('/proc/lakescope/backup')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(backup.backup(join(directory, 'of', 'today'))).resolves.toMatchObject({
      schemaVersion: 'CreateTreasures1000000000000',
    });
  });

  async function given(migrations: readonly MigrationClass[]): Promise<OpenSchema> {
    const schema = await openSchema(stack.config().lakebase, databricks, migrations);
    opened.push(schema);
    return schema;
  }

  /** Every row as text, by the eyes of the superuser. */
  async function contents(): Promise<unknown[]> {
    return [
      ...(await sql('SELECT t::text FROM lakescope.treasures t ORDER BY id')),
      ...(await sql('SELECT n::text FROM lakescope.a_note n ORDER BY day')),
    ];
  }

  async function sql(statement: string): Promise<unknown[]> {
    return (await superuser.query<Record<string, unknown>>(statement)).rows;
  }
});

async function exists(file: string): Promise<boolean> {
  return stat(file).then(Boolean, () => false);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 1));
}
