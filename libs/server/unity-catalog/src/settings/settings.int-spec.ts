import { LocalStack } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Persona } from '../testing/unity-catalog-app';

const PATH = '/settings/unity-catalog-schema';

describe('the default schema of a person', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await UnityCatalogApp.start(stack, {
      LAKESCOPE_UC_SCHEMA: 'demo.lake',
      AGENT_BUILDER_UC_SCHEMA: 'main.agents',
    });
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('is theirs alone, once they have chosen', async () => {
    expect(await put('analyst', 'shop.sales')).toMatchObject({
      status: 200,
      body: { uc_schema: 'shop.sales', catalog: 'shop', schema: 'sales', source: 'preference', preference: 'found' },
    });

    expect(await app.ask('analyst', PATH)).toMatchObject({
      status: 200,
      body: { uc_schema: 'shop.sales', catalog: 'shop', schema: 'sales', source: 'preference', preference: 'found' },
    });
    expect((await app.ask('engineer', PATH)).body).toEqual({
      uc_schema: 'demo.lake',
      catalog: 'demo',
      schema: 'lake',
      source: 'environment',
      preference: 'absent',
    });
  });

  it('is a preference like any other', async () => {
    await put('analyst', 'a.b.c');

    expect((await app.ask('analyst', '/preferences?preference_key=uc_schema')).body['items']).toMatchObject([
      { preference_key: 'uc_schema', preference_value: 'a.b.c' },
    ]);
    expect((await app.ask('analyst', PATH)).body).toMatchObject({ catalog: 'a', schema: 'b.c' });
    const json = { preference_key: 'uc_schema', preference_value: 'no schema' };
    expect(await app.ask('analyst', '/preferences', { method: 'PUT', json })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PREFERENCE' },
    });
  });

  it('that was forgotten is that of the app again', async () => {
    await put('analyst', 'shop.sales');
    await app.ask('analyst', '/preferences/uc_schema', { method: 'DELETE' });

    expect((await app.ask('analyst', PATH)).body).toMatchObject({ uc_schema: 'demo.lake', source: 'environment' });
  });

  it.each([
    '',
    'demo',
    '.lake',
    'demo.',
    'demo...',
    'demo.a/../b',
    'demo.\u0000',
    'x.'.padEnd(600, 'y'),
    7,
    null,
    ['a.b'],
  ])('is not %j', async (value) => {
    expect(await put('analyst', value)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path: 'uc_schema' }] } },
    });
  });

  it('takes no owner from the body, and no key that changes every object', async () => {
    const json = { uc_schema: 'a.b', user_id: 'somebody' };

    expect((await app.ask('analyst', PATH, { method: 'PUT', json })).status).toBe(400);
    const body = '{"uc_schema":"a.b","__proto__":{"admin":true}}';
    const headers = { 'Content-Type': 'application/json' };
    expect((await app.ask('analyst', PATH, { method: 'PUT', body, headers })).status).toBe(400);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  it('can be read, but not chosen, while the database is away', async () => {
    await put('analyst', 'shop.sales');
    await stack.postgres.halt();
    try {
      expect(await app.ask('analyst', PATH)).toMatchObject({
        status: 200,
        body: { uc_schema: 'demo.lake', source: 'environment', preference: 'unavailable' },
      });
      expect(await put('analyst', 'shop.sales')).toMatchObject({
        status: 503,
        body: { error_code: 'DATABASE_UNAVAILABLE' },
      });
    } finally {
      await stack.postgres.restart();
    }
  });

  function put(persona: Persona, value: unknown): Promise<Answer> {
    return app.ask(persona, PATH, { method: 'PUT', json: { uc_schema: value } });
  }
});

describe('the default schema without a database', () => {
  let stack: LocalStack;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
  });

  afterAll(() => stack.stop());

  it.each([
    [{ LAKESCOPE_UC_SCHEMA: 'demo.lake', AGENT_BUILDER_UC_SCHEMA: 'main.agents' }, 'demo.lake', 'environment'],
    [{ AGENT_BUILDER_UC_SCHEMA: 'main.agents' }, 'main.agents', 'environment'],
    [{}, null, null],
  ])('with %j is %s, and cannot be chosen', async (environment, name, source) => {
    const app = await UnityCatalogApp.start(stack, environment, false);
    try {
      expect(await app.ask('outsider', PATH)).toMatchObject({
        status: 200,
        body: { uc_schema: name, source, preference: 'not_configured' },
      });
      expect(await app.ask('outsider', PATH, { method: 'PUT', json: { uc_schema: 'a.b' } })).toMatchObject({
        status: 503,
        body: {
          error_code: 'LAKEBASE_NOT_CONFIGURED',
          technical_details: { suggestion: expect.stringContaining('PGHOST') },
        },
      });
    } finally {
      await app.stop();
    }
  });
});
