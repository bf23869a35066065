import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { UserPreference } from '@lakescope/server-lakebase';
import { PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { UnityCatalogModule } from '../unity-catalog.module';

type Persona = 'admin' | 'analyst' | 'outsider';
type Json = Record<string, unknown>;

describe('browsing the catalog over HTTP', () => {
  let stack: LocalStack;
  let app: HttpApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.files');
    app = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config()),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([UserPreference], migrations),
        UnityCatalogModule,
      ],
      identify: caller,
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('shows catalogs, schemas and volumes, and how the platform was asked', async () => {
    expect(await read('analyst', '/catalogs')).toMatchObject({
      status: 200,
      body: {
        items: expect.arrayContaining([
          expect.objectContaining({ name: 'shop', created_at: expect.stringMatching(/Z$/) }),
        ]),
        next_cursor: null,
        via: 'rest',
      },
    });
    expect(await read('analyst', '/schemas?catalog=shop')).toMatchObject({
      body: {
        items: expect.arrayContaining([expect.objectContaining({ full_name: 'shop.sales', catalog_name: 'shop' })]),
      },
    });
    expect(await read('analyst', '/volumes?catalog=shop&schema=sales')).toMatchObject({
      body: {
        items: [
          { name: 'files', full_name: 'shop.sales.files', path: '/Volumes/shop/sales/files', volume_type: 'MANAGED' },
        ],
      },
    });
  });

  it('shows somebody without rights nothing of it', async () => {
    const { body } = await read('outsider', '/catalogs');

    expect((body['items'] as Json[]).map(({ name }) => name)).not.toContain('shop');
    expect((await read('outsider', '/volumes?catalog=shop&schema=sales')).status).toBeGreaterThanOrEqual(403);
  });

  it('pages by signed cursors that are good for one list only', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => stack.workspace.createSchema('shop', name)));
    const names: unknown[] = [];
    let cursor: unknown = null;
    let first: unknown;
    do {
      const next = cursor === null ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const { body } = await read('analyst', `/schemas?catalog=shop&limit=2${next}`);
      names.push(...(body['items'] as Json[]).map(({ name }) => name));
      cursor = body['next_cursor'];
      first ??= cursor;
    } while (cursor !== null);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd', 'sales']));
    const foreign = `/schemas?catalog=system&limit=2&cursor=${encodeURIComponent(String(first))}`;
    expect(await read('analyst', foreign)).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
  });

  it('names the scope the app lacks and the line that grants it', async () => {
    const token = await stack.token('analyst', ['files']);

    expect(await read('analyst', '/catalogs', token)).toMatchObject({
      status: 403,
      body: {
        error_code: 'SCOPE_MISSING',
        technical_details: {
          scopes: ['unity-catalog'],
          fix: expect.stringContaining('"- unity-catalog" to user_api_scopes'),
        },
      },
    });
  });

  it.each([
    '/schemas',
    '/schemas?catalog=',
    '/schemas?catalog=a.b',
    '/volumes?catalog=a&schema=b%2Fc',
    '/catalogs?limit=0',
  ])('refuses %s before asking the platform', async (path) => {
    const before = stack.workspace.requestLog.count();

    expect(await read('analyst', path)).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    expect(stack.workspace.requestLog.count()).toBe(before);
  });

  it.each([
    [
      '/catalogs',
      'You may not see the catalogs. Ask an administrator of the metastore for USE CATALOG on those you need.',
    ],
    ['/schemas?catalog=shop', 'the owner of the catalog'],
    ['/volumes?catalog=shop&schema=sales', 'the owner of the schema'],
  ])('says whom to ask when the platform refuses %s', async (path, says) => {
    const body = { error_code: 'PERMISSION_DENIED', message: 'upstream words' };
    stack.workspace.faults.add({ pathPrefix: '/api/2.1/unity-catalog', status: 403, body });

    const answer = await read('analyst', path);

    expect(answer).toMatchObject({ status: 403, body: { error_code: 'CATALOG_PERMISSION_DENIED' } });
    expect(answer.body['detail']).toContain(says);
  });

  it('creates a volume once, and says the second time that it was there', async () => {
    const create = async (persona: Persona) => {
      const json = { catalog: 'shop', schema: 'sales', name: 'exports', comment: 'Results' };
      const answer = await app.fetch('/unity-catalog/volumes', await stack.token(persona), { method: 'POST', json });
      return { status: answer.status, body: (await answer.json()) as Json };
    };

    expect(await create('analyst')).toMatchObject({
      status: 403,
      body: { error_code: 'CATALOG_PERMISSION_DENIED', technical_details: { missing_grant: expect.any(String) } },
    });
    const made = { full_name: 'shop.sales.exports', path: '/Volumes/shop/sales/exports', comment: 'Results' };
    expect(await create('admin')).toMatchObject({ status: 201, body: made });
    expect(await create('admin')).toMatchObject({ status: 200, body: made });
  });

  it('tells a catalog that is not there', async () => {
    expect(await read('admin', '/schemas?catalog=nowhere')).toMatchObject({
      status: 404,
      body: { error_code: 'NOT_FOUND' },
    });
  });

  it('tells that the platform is away', async () => {
    stack.workspace.faults.add({ pathPrefix: '/api/2.1/unity-catalog', cut: 'connection' });

    expect((await read('analyst', '/catalogs')).status).toBe(503);
  });

  async function read(persona: Persona, path: string, token?: string): Promise<{ status: number; body: Json }> {
    const answer = await app.fetch(`/unity-catalog${path}`, token ?? (await stack.token(persona)));
    return { status: answer.status, body: (await answer.json()) as Json };
  }
});

function caller(userId: string, token: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token));
}
