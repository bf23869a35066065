import { LocalStack } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Persona } from '../testing/unity-catalog-app';

const PATH = '/unity-catalog/projects';
const SETTING = '/settings/unity-catalog-schema';
const ONE = 'name: One\n';

describe('the place of project documents', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    await stack.workspace.createCatalog('shop');
    for (const schema of ['sales', 'stock']) {
      await stack.workspace.createSchema('shop', schema);
      await stack.workspace.grant('SCHEMA', `shop.${schema}`, 'engineer', [
        'CREATE_VOLUME',
        'READ_VOLUME',
        'WRITE_VOLUME',
      ]);
    }
    app = await UnityCatalogApp.start(stack);
  });

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('has to be chosen', async () => {
    for (const answer of [await app.ask('engineer', PATH), await create('engineer', 'one')]) {
      expect(answer).toMatchObject({
        status: 409,
        body: {
          error_code: 'CONFLICT',
          technical_details: { suggestion: expect.stringContaining('LAKESCOPE_UC_SCHEMA') },
        },
      });
    }
  });

  it('is the schema each person has chosen, and its volume comes with the first project', async () => {
    await choose('engineer', 'shop.sales');
    await choose('analyst', 'shop.stock');

    expect(await app.ask('engineer', PATH)).toMatchObject({ status: 200, body: { items: [], next_cursor: null } });
    expect(await create('engineer', 'one')).toMatchObject({
      status: 201,
      body: { path: '/Volumes/shop/sales/projects/one.proj.yaml' },
    });
    expect((await app.ask('engineer', PATH)).body).toMatchObject({ items: [{ slug: 'one' }] });
    expect((await app.ask('analyst', PATH)).body).toMatchObject({ items: [] });
    expect(await create('analyst', 'two')).toMatchObject({
      status: 403,
      body: {
        error_code: 'CATALOG_PERMISSION_DENIED',
        technical_details: { fix: expect.stringMatching(/^GRANT CREATE VOLUME ON SCHEMA/) },
      },
    });
  });

  it('has to be there', async () => {
    await choose('engineer', 'shop.nowhere');

    for (const answer of [
      await app.ask('engineer', PATH),
      await app.ask('engineer', `${PATH}/one`),
      await create('engineer', 'one'),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
    }
  });

  it('is nowhere else while the database cannot say which it is', async () => {
    await choose('engineer', 'shop.stock');
    await stack.postgres.halt();
    try {
      expect(await create('engineer', 'one')).toMatchObject({
        status: 503,
        body: { error_code: 'DATABASE_UNAVAILABLE' },
      });
    } finally {
      await stack.postgres.restart();
    }
  });

  function create(persona: Persona, slug: string): Promise<Answer> {
    return app.ask(persona, PATH, { method: 'POST', json: { slug, content: ONE } });
  }

  async function choose(persona: Persona, name: string): Promise<void> {
    const { status } = await app.ask(persona, SETTING, { method: 'PUT', json: { uc_schema: name } });
    expect(status).toBe(200);
  }
});
