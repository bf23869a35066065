import { readFileSync } from 'node:fs';
import { DatabricksClients } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { openSchema, type OpenSchema } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import { ApiBundle, ApiProcess } from './testing/api-process';

/** Left behind by an app of the main branch, six migrations ago; sealed with the secret of tests. */
const FIXTURE = 'migrations/fixtures/main-1795651260000.sql';
const LEFT_AT = 'KeepHowModelsWereAsked1795651260000';
const CONNECTION = '0d9c6f3e-5b1f-4a53-9f0e-000000000101';
const UPLOAD = '0d9c6f3e-5b1f-4a53-9f0e-000000000401';

const BEFORE = 'a secret of tests, at least 32 bytes long';
const AFTER = 'another secret of tests, at least 32 bytes';

/** As docs/operations.md lists them. */
const STEPS = [
  /^Postgres environment: /,
  /^Databricks environment: /,
  /^HTTP listening$/,
  /^Workspace token requested$/,
  /^Database credential requested \(/,
  /^Connected to Postgres \d/,
  /^Migrations applied \(\d+\)$/,
  /^Application startup complete$/,
];

type Json = Record<string, unknown>;
type Persona = Parameters<LocalStack['token']>[0];

describe('a release on the schema of an older one', () => {
  let stack: LocalStack;
  let bundle: ApiBundle;
  let clients: DatabricksClients;
  let schema: OpenSchema;
  let api: ApiProcess;
  let url: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    [stack, bundle] = await Promise.all([LocalStack.start(), ApiBundle.build()]);
    const { host, clientId = '', clientSecret } = stack.config().databricks;
    clients = new DatabricksClients({
      host: host.href,
      product: { name: 'lakescope-test', version: '0' },
      ...(clientSecret === undefined ? {} : { app: { clientId, clientSecret } }),
    });
    schema = await openSchema(stack.config().lakebase, clients, migrations);
    await schema.system.transaction((run) => run(readFileSync(FIXTURE, 'utf8')));
  }, 180_000);

  afterAll(async () => {
    await api.kill();
    await schema.close();
    await clients.close();
    await stack.stop();
    await bundle.remove();
  });

  it('brings it up, says each step of the start in its order, and serves what people have left there', async () => {
    await start({ LAKESCOPE_SECRET: BEFORE });

    const said = api.log.map(({ msg }) => String(msg));
    const order = said.map((line) => STEPS.findIndex((step) => step.test(line))).filter((step) => step !== -1);
    expect(order).toEqual([...STEPS.keys()]);
    const added = migrations.length - 1 - migrations.findIndex(({ name }) => name === LEFT_AT);
    expect(said).toContain(`Migrations applied (${added})`);
    const environment = said.filter((line) => line.includes(' environment: '));
    expect(environment.join()).toMatch(/PGHOST=set .*PGPASSWORD=unset/);
    expect(environment.join()).not.toContain(stack.workspace.servicePrincipal.clientSecret);

    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as Json;
    expect(await ask('/health')).toMatchObject({ status: 'ok', phase: 'ready', version });
    await expectEverythingThere();
    expect((await sealed())['state']).toBe('ok');
  }, 180_000);

  it('goes on with a new secret beside the one before, and then with the new one alone', async () => {
    for (const _ of [1, 2]) await ask('/api/v1/admin/credentials/rotate', 'admin', 'POST');
    const cursor = await nextCursor();

    await restart({ LAKESCOPE_SECRET: AFTER, LAKESCOPE_SECRET_PREVIOUS: BEFORE });
    expect((await audit(cursor))['items']).toHaveLength(1);
    const newer = await nextCursor();
    await expectEverythingThere();
    await api.says('Sealed anew with LAKESCOPE_SECRET');
    expect(await sealed()).toMatchObject({ state: 'ok', detail: expect.stringContaining('4 texts') as string });

    await restart({ LAKESCOPE_SECRET: AFTER });
    await expectEverythingThere();
    expect((await audit(newer))['items']).toHaveLength(1);
    expect(await audit(cursor)).toMatchObject({ error_code: 'INVALID_REQUEST' });
    expect(await sealed()).toMatchObject({ state: 'ok', detail: expect.stringContaining('4 texts') as string });
  }, 180_000);

  it('says which texts need the secret before, when that was taken away too early', async () => {
    await restart({ LAKESCOPE_SECRET: BEFORE });

    expect(await sealed()).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('1 S3 connections') as string,
      fix: expect.stringContaining('LAKESCOPE_SECRET_PREVIOUS') as string,
    });
  }, 180_000);

  it('is taken back to it, and can come again', async () => {
    api.signal('SIGTERM');
    expect(await api.end()).toBe(0);
    let at: string | undefined;
    while (at !== LEFT_AT) at = (await schema.migrator.revertLast()).schemaVersion;

    const kept = await schema.system.transaction((run) =>
      run<Json>(`SELECT preference_value AS value, (SELECT count(*)::int FROM lakescope.s3_connections) AS connections
        FROM lakescope.user_preferences WHERE id = 1`),
    );
    expect(kept).toEqual([{ value: 'dark', connections: 1 }]);

    await start({ LAKESCOPE_SECRET: AFTER });
    await expectEverythingThere();
  }, 180_000);

  async function start(secrets: Readonly<Record<string, string>>): Promise<void> {
    api = ApiProcess.start(bundle, stack.environment({ LAKESCOPE_SECRET: undefined, ...secrets }));
    url = await api.url();
    await api.says('Application startup complete');
  }

  async function restart(secrets: Readonly<Record<string, string>>): Promise<void> {
    api.signal('SIGTERM');
    expect(await api.end()).toBe(0);
    await start(secrets);
  }

  async function expectEverythingThere(): Promise<void> {
    expect(await ask('/api/v1/preferences?preference_key=theme', 'analyst')).toMatchObject({
      items: [{ preference_value: 'dark', version: 3 }],
    });
    expect(await ask('/api/v1/s3/connections', 'analyst')).toMatchObject({
      items: [{ id: CONNECTION, keys_readable: true }],
    });
    // Others see nothing of it.
    expect(await ask('/api/v1/s3/connections', 'engineer')).toMatchObject({ items: [] });
    expect(await ask('/api/v1/metrics/alerts', 'admin')).toMatchObject({
      items: [{ name: 'Catalogs are slow', webhook: { host: 'hooks.acme.example', has_secret: true } }],
    });
    // The platform's word for it has to be opened.
    expect(await ask(`/api/v1/unity-catalog/files/uploads/${UPLOAD}`, 'engineer')).toMatchObject({
      upload_id: UPLOAD,
    });
  }

  async function nextCursor(): Promise<string> {
    return String((await ask('/api/v1/admin/audit?limit=1', 'admin'))['next_cursor']);
  }

  function audit(cursor: string): Promise<Json> {
    return ask(`/api/v1/admin/audit?limit=1&cursor=${encodeURIComponent(cursor)}`, 'admin');
  }

  async function sealed(): Promise<Json> {
    const { items } = (await ask('/api/v1/admin/doctor', 'admin')) as { items: Json[] };
    return items.find(({ id }) => id === 'sealed_texts') ?? {};
  }

  async function ask(path: string, as?: Persona, method = 'GET'): Promise<Json> {
    const headers = as === undefined ? {} : { 'X-Forwarded-Access-Token': await stack.token(as) };
    return (await (await fetch(url + path, { method, headers })).json()) as Json;
  }
});
