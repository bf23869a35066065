import { mkdir, rm, stat } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { Logger } from '@nestjs/common';
import { Answers, TestCli } from './testing/test-cli';

interface Printed {
  ready: boolean;
  database: { host: string; resource: string; kind: string; user: string } | null;
  changes: string[];
  written: boolean;
  items: { id: string; state: string; detail: string; fix: string | null }[];
}

describe('lakescope doctor', () => {
  let cli: TestCli;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    cli = await TestCli.start();
  });
  beforeEach(() => cli.forget());
  afterEach(() => cli.stack.workspace.faults.clear());
  afterAll(() => cli.stop());

  it('finds a Provisioned instance as the developer, writes what is missing and says what is left to do', async () => {
    await cli.write(cli.developer());
    const { databaseInstance, personas } = cli.stack.workspace;

    const { code, out } = await cli.run(['doctor', '--yes', '--json', '--instance', databaseInstance.name]);

    const printed = JSON.parse(out) as Printed;
    expect(printed.database).toMatchObject({
      resource: databaseInstance.name,
      kind: 'provisioned',
      user: personas.admin.userName,
    });
    expect(printed.changes).toEqual([
      'PGHOST',
      'LAKEBASE_DATABASE',
      'PGUSER',
      'LAKEBASE_INSTANCE_NAME',
      'LAKESCOPE_SECRET',
    ]);
    expect(parseEnv(await cli.read())).toMatchObject({
      ...cli.developer(),
      PGHOST: 'localhost',
      PGUSER: personas.admin.userName,
      LAKEBASE_INSTANCE_NAME: databaseInstance.name,
    });
    expect(stateOf(printed, 'postgres_reachable')).toBe('ok');
    expect(code).toBe(printed.ready ? 0 : 1);
  });

  it('finds an Autoscaling endpoint the same way', async () => {
    await cli.write(cli.developer());
    const { postgresEndpoint } = cli.stack.workspace;

    const { out } = await cli.run(['doctor', '--yes', '--json', '--endpoint', postgresEndpoint]);

    const printed = JSON.parse(out) as Printed;
    expect(printed.database).toMatchObject({ resource: postgresEndpoint, kind: 'autoscaling' });
    expect(stateOf(printed, 'postgres_reachable')).toBe('ok');
    expect(parseEnv(await cli.read())).toMatchObject({ LAKEBASE_ENDPOINT: postgresEndpoint });
  });

  it('asks what it does not know, proposes what the bundle names, and writes after a yes', async () => {
    const { url, personas, databaseInstance } = cli.stack.workspace;
    const answers = new Answers({
      'URL of the workspace': url,
      Token: personas.admin.token,
      'Which database': databaseInstance.name,
    });

    const { note } = await cli.run(['doctor'], { questions: answers });

    expect(answers.asked).toEqual([
      'URL of the workspace',
      'Token (`databricks auth token --host HOST` prints one)',
      'Which database?',
      'Database inside of it',
      `Write this to ${cli.settings}?`,
    ]);
    expect(note).toContain('was made from .env.example');
    expect(parseEnv(await cli.read())).toMatchObject({
      DATABRICKS_HOST: url,
      DATABRICKS_TOKEN: personas.admin.token,
      LAKEBASE_INSTANCE_NAME: databaseInstance.name,
    });
    expect((await cli.read()).split('\n').filter((line) => line.startsWith('DATABRICKS_HOST='))).toHaveLength(1);
    expect((await stat(cli.settings)).mode & 0o777).toBe(0o600);
  });

  it('writes nothing after a no, and says so', async () => {
    await cli.write(cli.developer());
    const before = await cli.read();

    const { code, note } = await cli.run(['doctor'], { questions: new Answers({ 'Write this': false }) });

    expect({ code, written: (await cli.read()) !== before }).toEqual({ code: 1, written: false });
    expect(note).toContain('No setting was changed.');
  });

  it('tries in a dry run what it would write, and writes nothing', async () => {
    await cli.write(cli.developer());
    const before = await cli.read();
    const { databaseInstance } = cli.stack.workspace;

    const { out, note } = await cli.run(['doctor', '--dry-run', '--json', '--instance', databaseInstance.name]);

    const printed = JSON.parse(out) as Printed;
    expect(await cli.read()).toBe(before);
    expect(note).toContain('Would write');
    expect(printed).toMatchObject({ written: false });
    expect(stateOf(printed, 'postgres_reachable')).toBe('ok');
  });

  it('makes the file complete by itself, also where the shell says the same already', async () => {
    await cli.write(cli.developer());
    const { databaseInstance } = cli.stack.workspace;

    const args = ['doctor', '--yes', '--json', '--instance', databaseInstance.name];
    const { out } = await cli.run(args, {
      shell: { PGHOST: 'localhost', LAKEBASE_INSTANCE_NAME: databaseInstance.name },
    });

    expect((JSON.parse(out) as Printed).changes).toEqual(expect.arrayContaining(['PGHOST', 'LAKEBASE_INSTANCE_NAME']));
  });

  it('changes nothing the second time', async () => {
    await cli.write(cli.developer());
    const { databaseInstance } = cli.stack.workspace;
    await cli.run(['doctor', '--yes', '--instance', databaseInstance.name]);
    const before = await cli.read();

    const { out } = await cli.run(['doctor', '--yes', '--json']);

    expect((JSON.parse(out) as Printed).changes).toEqual([]);
    expect(await cli.read()).toBe(before);
  });

  it('wants to be told which one, where there are several and nothing names one', async () => {
    await cli.write(cli.developer());

    const { code, note } = await cli.run(['doctor', '--yes']);

    expect(code).toBe(2);
    expect(note).toContain('--instance or --endpoint');
  });

  it('says of a name that is not there which names are', async () => {
    await cli.write(cli.developer());

    const { code, note } = await cli.run(['doctor', '--yes', '--instance', 'not-there']);

    expect(code).toBe(1);
    expect(note).toContain(
      `You see no not-there in this workspace. There is: ${cli.stack.workspace.databaseInstance.name}`,
    );
  });

  it('says how to make a database where there is none, and lists one kind when the other cannot be listed', async () => {
    await cli.write(cli.developer());
    const { faults } = cli.stack.workspace;
    faults.add({ pathPrefix: '/api/2.0/postgres/projects', status: 403 });
    faults.add({ pathPrefix: '/api/2.0/database/instances', status: 200, body: {} });

    const { code, note } = await cli.run(['doctor', '--yes', '--target', 'prod']);

    expect(code).toBe(1);
    expect(note).toContain('The Autoscaling endpoints could not be listed');
    expect(note).toContain('databricks bundle deploy -t prod');
    expect(note).toContain('databricks database create-database-instance lakescope-prod');
  });

  it('says that a token is not valid, and does not repeat it', async () => {
    const wrong = 'dapi00000000000000000000000000000000';
    await cli.write({ ...cli.developer(), DATABRICKS_TOKEN: wrong });

    const writing = await cli.run(['doctor', '--yes']);
    const looking = await cli.run(['doctor', '--check-only']);

    expect(writing.code).toBe(1);
    expect(writing.note).toContain('The workspace does not tell who you are: the credential is not valid.');
    expect(writing.note).toContain(`Set a fresh DATABRICKS_TOKEN in ${cli.settings}`);
    expect(looking.code).toBe(1);
    expect(looking.out).toContain('Set a fresh DATABRICKS_TOKEN');
    expect([writing, looking].map(({ out, note }) => out + note).join('')).not.toContain(wrong);
  });

  it('looks only, with --check-only: 0 when everything is there', async () => {
    await cli.write(cli.complete());
    await cli.run(['migrate', 'up']);
    const before = await cli.read();

    const { code, out } = await cli.run(['doctor', '--check-only']);

    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/Configured\.\n$/) });
    expect(await cli.read()).toBe(before);
  });

  it('looks only, with --check-only: 1 when the database is away, with what to do about it', async () => {
    await cli.write(cli.complete({ PGPORT: '9' }));

    const { code, out } = await cli.run(['doctor', '--check-only']);

    expect(code).toBe(1);
    expect(out).toContain('FAILED  The app can log in to Postgres: 127.0.0.1:9: the server refuses connections.');
    expect(out).toMatch(/Not configured: 1 of \d+ checks failed\.\n$/);
  });

  it('names every variable that cannot be used', async () => {
    await cli.write(cli.complete({ PGPORT: 'eleven', DATABRICKS_HOST: 'http://example.com' }));

    const { code, out } = await cli.run(['doctor', '--check-only']);

    expect(code).toBe(1);
    expect(out).toMatch(/DATABRICKS_HOST must be https.*PGPORT/);
  });

  it('says of every variable what it must be and where it is set, and sends nobody in a circle', async () => {
    await cli.write(cli.complete({ LAKESCOPE_SECRET: 'short', PGPORT: '99999', PGSSLMODE: 'foo' }));
    const shell = { ADMIN_GROUPS: ',' };

    const { out } = await cli.run(['doctor', '--check-only', '--json'], { shell });

    const [item] = (JSON.parse(out) as Printed).items;
    for (const name of ['LAKESCOPE_SECRET', 'PGPORT', 'PGSSLMODE', 'ADMIN_GROUPS'])
      expect(item?.detail).toContain(name);
    expect(item?.fix).toContain(`In ${cli.settings}: `);
    expect(item?.fix).toContain('LAKESCOPE_SECRET must have at least 32 bytes');
    expect(item?.fix).toContain('PGPORT must not be greater than 65535');
    expect(item?.fix).toMatch(/PGSSLMODE must be one of .*require/);
    expect(item?.fix).toContain('In the shell: ADMIN_GROUPS must name at least one group.');
    expect(item?.fix).not.toContain('npx lakescope doctor');
  });

  it('sends to the question for it who has no workspace yet', async () => {
    const { out } = await cli.run(['doctor', '--check-only']);

    expect(out).toContain(`npx lakescope doctor --settings ${cli.settings} asks for what is missing: DATABRICKS_HOST`);
  });

  it('does not write the name of a database that is not there', async () => {
    await cli.write(cli.developer());
    const before = await cli.read();

    const { name } = cli.stack.workspace.databaseInstance;
    const { code, note } = await cli.run(['doctor', '--yes', '--instance', name, '--database', 'nope']);

    expect({ code, unchanged: (await cli.read()) === before }).toEqual({ code: 1, unchanged: true });
    expect(note).toContain(`There is no database nope in ${name}.`);
  });

  it('does not look only at one database and take another one', async () => {
    await cli.write(cli.complete());

    const { code, note } = await cli.run(['doctor', '--check-only', '--instance', 'another']);

    expect(code).toBe(2);
    expect(note).toContain("'--check-only' cannot be used with option '--instance <name>'");
  });

  it('leaves the schema with the app, and says how to act as it', async () => {
    await cli.write(cli.complete());
    await cli.run(['migrate', 'up']);
    await cli.write(cli.developer('engineer'));
    const { databaseInstance, servicePrincipal } = cli.stack.workspace;

    const { out } = await cli.run(['doctor', '--yes', '--json', '--instance', databaseInstance.name]);

    const schema = (JSON.parse(out) as Printed).items.find(({ id }) => id === 'schema');
    expect(schema).toMatchObject({ state: 'failed', fix: expect.not.stringMatching(/ALTER|OWNER|DROP/) });
    expect(schema?.fix).toContain(`DATABRICKS_CLIENT_ID=${servicePrincipal.clientId}`);
    expect(schema?.fix).toContain(`in ${cli.settings}`);
  });

  it('says in one sentence that an address or a file cannot be used', async () => {
    await cli.write({ ...cli.developer(), DATABRICKS_HOST: 'http://example.com' });
    const address = await cli.run(['doctor', '--yes']);
    await cli.forget();
    await mkdir(cli.settings);
    const file = await cli.run(['doctor', '--check-only']);
    await rm(cli.settings, { recursive: true });

    expect(address).toMatchObject({ code: 2, note: expect.stringContaining('DATABRICKS_HOST must be https') });
    expect(file).toMatchObject({ code: 1, note: `${cli.settings} cannot be read.\n` });
  });

  it('takes the shell over the file, and an empty variable for none', async () => {
    await cli.write(cli.complete({ PGPORT: '9' }));

    const shell = { PGPORT: String(cli.stack.gateway.port), LAKEBASE_ENDPOINT: '' };
    const { out } = await cli.run(['doctor', '--check-only', '--json'], { shell });

    expect(stateOf(JSON.parse(out) as Printed, 'postgres_reachable')).toBe('ok');
  });

  it('never prints a secret', async () => {
    const { personas, servicePrincipal } = cli.stack.workspace;
    const planted = { LAKESCOPE_SECRET: 'planted-secret-that-is-long-enough-for-it', PGPASSWORD: 'planted-password' };
    await cli.write({ ...cli.complete(), ...planted, DATABRICKS_TOKEN: personas.admin.token });

    const runs = [
      await cli.run(['doctor', '--check-only']),
      await cli.run(['doctor', '--check-only', '--json']),
      await cli.run(['doctor', '--dry-run']),
      await cli.run(['doctor', '--yes', '--json']),
      await cli.run(['migrate', 'show']),
    ];

    const printed = runs.map(({ out, note }) => out + note).join('');
    for (const secret of [...Object.values(planted), personas.admin.token, servicePrincipal.clientSecret]) {
      expect(printed).not.toContain(secret);
    }
    expect(printed).not.toMatch(/eyJ[\w-]+\.|dapi[0-9a-f]/);
  });
});

function stateOf(printed: Printed, id: string): string | undefined {
  return printed.items.find((item) => item.id === id)?.state;
}
