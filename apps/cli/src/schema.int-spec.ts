import { readdir, readFile } from 'node:fs/promises';
import { migrations } from '@lakescope/migrations';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { Answers, TestCli } from './testing/test-cli';

const names = migrations.map(({ name }) => name);

describe('the schema on the command line', () => {
  let cli: TestCli;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    cli = await TestCli.start();
    await cli.write(cli.complete());
  });
  afterAll(() => cli.stop());

  it('has nothing to take back and nothing to save before it is there', async () => {
    const down = await cli.run(['migrate', 'down', '--yes']);
    const saved = await cli.run(['backup', cli.path('of-nothing')]);

    expect(down).toMatchObject({ code: 0, out: 'No migration is applied: there is nothing to take back.\n' });
    expect(saved).toMatchObject({ code: 1, out: '', note: expect.stringContaining('there is nothing to back up') });
  });

  it('goes up, one step down and up again, and shows where it is', async () => {
    const before = await cli.run(['migrate', 'show']);
    const up = await cli.run(['migrate', 'up']);
    const down = await cli.run(['migrate', 'down', '--yes']);
    const after = await cli.run(['migrate', 'show']);
    await cli.run(['migrate', 'up']);

    expect(before.out).toBe(names.map((name) => `pending  ${name}\n`).join(''));
    expect(up).toMatchObject({ code: 0, out: expect.stringContaining(`Migrations applied (${names.length})`) });
    expect(down).toMatchObject({ code: 0, out: `Took ${names.at(-1)} back; the schema is at ${names.at(-2)}.\n` });
    expect(after.out.trim().split('\n').at(-1)).toBe(`pending  ${names.at(-1)}`);
    expect(after.out.trim().split('\n').slice(0, -1)).toEqual(names.slice(0, -1).map((name) => `applied  ${name}`));
  });

  it('is taken back after a yes only, or with --yes where nobody can be asked', async () => {
    const before = await cli.run(['migrate', 'show']);
    const nobody = await cli.run(['migrate', 'down']);
    const answers = new Answers({ 'Take ': false });
    const no = await cli.run(['migrate', 'down'], { questions: answers });
    const enter = await cli.run(['migrate', 'down'], { questions: new Answers({}) });

    expect(nobody).toMatchObject({ code: 2, out: '', note: expect.stringContaining('Use --yes') });
    expect(answers.asked).toEqual([`Take ${names.at(-1)} back, and delete what it made, with its rows?`]);
    for (const { code, note } of [no, enter])
      expect({ code, note }).toEqual({ code: 1, note: expect.stringContaining('Nothing was taken back.') });
    expect((await cli.run(['migrate', 'show'])).out).toBe(before.out);

    const yes = await cli.run(['migrate', 'down'], { questions: new Answers({ 'Take ': true }) });
    await cli.run(['migrate', 'up']);

    expect(yes.code).toBe(0);
  });

  it('says of a settings file that is named and not there that it is not', async () => {
    const { code, note } = await cli.run(['migrate', 'show'], { settings: cli.path('nope/x'), shell: cli.complete() });

    expect({ code, note }).toEqual({ code: 2, note: `There is no settings file ${cli.path('nope/x')}.\n` });
  });

  it('says what there is to connect to, and never a password', async () => {
    const { note } = await cli.run(['migrate', 'show']);

    expect(note).toMatch(/^127\.0\.0\.1:\d+\/\w+ \([\w-]+\)\n$/);
  });

  it('walls the tables that docs/security.md lists, and no other ones', async () => {
    const rows =
      await asSuperuser(`SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS walled FROM pg_class
      JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = 'lakescope' AND relkind IN ('r', 'p') AND NOT relispartition`);
    const walled = (rows as { name: string; walled: boolean }[])
      .filter((table) => table.walled)
      .map(({ name }) => name);
    const [, section = ''] = (await readFile('docs/security.md', 'utf8')).split('## Rows that belong to people');
    const listed = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);

    expect(walled.sort()).toEqual(listed.sort());
  });

  it('is saved and brought back', async () => {
    await asSuperuser(`SET lakescope.system = 'on'; INSERT INTO lakescope.user_preferences (user_id, preference_key, preference_value)
      VALUES ('ana@example.com', 'theme', '{"mode":"dark"}')`);
    const saved = await cli.run(['backup', cli.path('saved')]);
    await asSuperuser(`SET lakescope.system = 'on'; DELETE FROM lakescope.user_preferences`);

    const restored = await cli.run(['restore', cli.path('saved')]);

    expect(saved).toMatchObject({ code: 0, out: expect.stringMatching(/1 rows {2}user_preferences/) });
    expect(restored).toMatchObject({ code: 0, out: expect.stringMatching(/1 rows {2}user_preferences/) });
    await expect(preferences()).resolves.toEqual([{ user_id: 'ana@example.com' }]);
    expect(await readdir(cli.path('saved'))).not.toEqual([]);
  });

  it('is brought back on another version of Postgres', async () => {
    const older = await TestCli.start({ postgresVersion: 16 });
    try {
      await older.write(older.complete());
      const there = await older.run(['restore', cli.path('saved')]);
      const back = await older.run(['backup', cli.path('of-16')]);
      const here = await cli.run(['restore', cli.path('of-16'), '--replace']);

      expect([there, back, here].map(({ code, note }) => ({ code, note }))).toMatchObject([
        { code: 0 },
        { code: 0 },
        { code: 0 },
      ]);
      await expect(preferences()).resolves.toEqual([{ user_id: 'ana@example.com' }]);
    } finally {
      await older.stop();
    }
  });

  it('is not restored over rows, unless that is wanted', async () => {
    const refused = await cli.run(['restore', cli.path('saved')]);
    const replaced = await cli.run(['restore', cli.path('saved'), '--replace']);

    expect(refused.code).toBe(1);
    expect(refused.note).toContain('--replace');
    expect(replaced.code).toBe(0);
    await expect(preferences()).resolves.toHaveLength(1);
  });

  it('is not restored from a folder that is no backup, nor saved over one', async () => {
    const noBackup = await cli.run(['restore', cli.path('nothing')]);
    const full = await cli.run(['backup', cli.path('saved')]);

    expect([noBackup.code, full.code]).toEqual([1, 1]);
    expect(full.note).toContain('is not empty');
  });

  it('is left alone when a newer release has migrated it', async () => {
    await asSuperuser(
      `INSERT INTO lakescope.schema_migrations (timestamp, name) VALUES (9999999999999, 'Newer9999999999999')`,
    );
    try {
      const shown = await cli.run(['migrate', 'show']);
      const up = await cli.run(['migrate', 'up']);
      const looked = await cli.run(['doctor', '--check-only']);

      expect(shown.out).toContain('unknown  Newer9999999999999');
      expect(up).toMatchObject({ code: 1, note: expect.stringContaining('newer than this app') });
      expect(looked).toMatchObject({
        code: 1,
        out: expect.stringContaining('A newer release has migrated it: Newer9999999999999'),
      });
    } finally {
      await asSuperuser(`DELETE FROM lakescope.schema_migrations WHERE name = 'Newer9999999999999'`);
    }
  });

  it('says in one sentence that it belongs to somebody else, and takes nothing there for missing', async () => {
    const { personas, servicePrincipal } = cli.stack.workspace;
    await cli.write(cli.developer());
    const set = await cli.run(['doctor', '--yes', '--instance', cli.stack.workspace.databaseInstance.name]);
    const ran = [];
    for (const command of [
      ['migrate', 'show'],
      ['migrate', 'up'],
      ['migrate', 'down', '--yes'],
      ['backup', cli.path('theirs')],
    ])
      ran.push(await cli.run(command));
    await cli.write(cli.complete());

    expect(set.out).toContain('The schema lakescope belongs to');
    for (const { code, out, note } of ran)
      expect({ code, out, note }).toEqual({
        code: 1,
        out: '',
        note: expect.stringContaining(
          `${personas.admin.userName} may not use the schema lakescope, which belongs to ${servicePrincipal.clientId}: act with the app's client id`,
        ),
      });
  });

  it('says in one sentence why it cannot be reached', async () => {
    await cli.write(cli.complete({ PGPORT: '9' }));
    const away = await cli.run(['migrate', 'show']);
    await cli.write(cli.complete({ PGHOST: undefined, PGDATABASE: undefined }));
    const nowhere = await cli.run(['migrate', 'show']);
    await cli.write(cli.complete({ DATABRICKS_CLIENT_SECRET: 'wrong' }));
    const refused = await cli.run(['migrate', 'show']);

    expect(away).toMatchObject({ code: 1, note: expect.stringContaining('the server refuses connections') });
    expect(nowhere).toMatchObject({
      code: 1,
      note: `No database is configured: npx lakescope doctor --settings ${cli.settings}\n`,
    });
    expect(refused).toMatchObject({ code: 1, note: expect.stringContaining('No database credential was issued') });
  });

  async function preferences(): Promise<unknown[]> {
    return asSuperuser(`SET lakescope.system = 'on'; SELECT user_id FROM lakescope.user_preferences`);
  }

  async function asSuperuser(sql: string): Promise<unknown[]> {
    const { port, superuser, password, database } = cli.stack.postgres;
    const client = new Client({ host: '127.0.0.1', port, user: superuser, password, database });
    await client.connect();
    try {
      // Several statements give several results.
      const results = [await client.query<Record<string, unknown>>(sql)].flat();
      return results.at(-1)?.rows ?? [];
    } finally {
      await client.end();
    }
  }
});
