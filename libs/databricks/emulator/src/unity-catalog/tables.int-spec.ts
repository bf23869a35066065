import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorEnvelope, ListTablesResponse, TableInfo } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { ask, givenFolder, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { writeEmptyTable } from './table-schema';

const ROOT = '/api/2.1/unity-catalog';
const ID = { name: 'id', type_name: 'LONG', type_text: 'bigint', type_json: '"long"', position: 0 };
const AMOUNT = {
  name: 'amount',
  type_name: 'DECIMAL',
  type_text: 'decimal(10,2)',
  type_json: '{"name":"amount","type":"decimal(10,2)","nullable":true,"metadata":{"comment":"EUR"}}',
  type_precision: 10,
  type_scale: 2,
  position: 1,
};

describe('tables', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let state: string;

  beforeAll(async () => {
    state = await givenFolder();
    ({ workspace, stop } = await givenWorkspace({ stateDirectory: state }));
    await workspace.createCatalog('demo', { readers: [] });
    await workspace.createSchema('demo', 'lake');
    const volume = await workspace.createVolume('demo', 'lake', 'files');
    await writeEmptyTable(join(volume, 'flights'), [ID, AMOUNT], 'Flights');
    await workspace.grant('CATALOG', 'demo', 'engineers', ['USE_CATALOG', 'USE_SCHEMA', 'SELECT', 'CREATE_TABLE']);
    await workspace.grant('CATALOG', 'demo', 'analysts', ['USE_CATALOG', 'USE_SCHEMA']);
  });
  afterAll(() => stop());

  const as = (persona: PersonaName, method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(workspace, `${ROOT}${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const table = (name: string, more: object = {}) => ({
    ...{ name, catalog_name: 'demo', schema_name: 'lake', table_type: 'MANAGED', data_source_format: 'DELTA' },
    columns: [ID, AMOUNT],
    ...more,
  });

  const names = (answer: Answer) => answer.json<ListTablesResponse>().tables?.map(({ name }) => name);

  it('are made with their columns, and belong to who made them', async () => {
    const made = await as(
      'engineer',
      'POST',
      '/tables',
      table('Orders', { comment: 'All', properties: { team: 'a' } }),
    );

    const found = (await as('engineer', 'GET', '/tables/demo.lake.ORDERS')).json<TableInfo>();
    expect(made.status).toBe(200);
    expect(found).toEqual(made.json());
    expect(found).toMatchObject({
      name: 'orders',
      full_name: 'demo.lake.orders',
      table_type: 'MANAGED',
      data_source_format: 'DELTA',
      owner: workspace.personas.engineer.userName,
      comment: 'All',
      properties: { team: 'a' },
      storage_location: `s3://lakescope-lake/${found.table_id}`,
      columns: [
        { name: 'id', position: 0, type_name: 'LONG', nullable: true },
        { name: 'amount', position: 1, type_precision: 10, type_scale: 2 },
      ],
    });
    expect(await readdir(join(state, 'tables', String(found.table_id), '_delta_log'))).toEqual([
      '00000000000000000000.json',
    ]);
  });

  it('that lie in a volume are shown with the columns they have', async () => {
    await workspace.grant('SCHEMA', 'demo.lake', 'admins', ['EXTERNAL_USE_SCHEMA']);
    const location = '/Volumes/demo/lake/files/flights';

    const made = await as('admin', 'POST', '/tables', {
      ...table('flights', { table_type: 'EXTERNAL', storage_location: location, columns: undefined }),
    });
    await as('admin', 'DELETE', '/tables/demo.lake.flights');

    expect(made.json<TableInfo>()).toMatchObject({ table_type: 'EXTERNAL', storage_location: location });
    expect(made.json<TableInfo>().columns).toMatchObject([
      { name: 'id', type_name: 'LONG', type_text: 'bigint' },
      { name: 'amount', type_name: 'DECIMAL', type_precision: 10, type_scale: 2, comment: 'EUR' },
    ]);
    const kept = await stat(join(workspace.volumeDirectory('demo', 'lake', 'files'), 'flights', '_delta_log'));
    expect(kept.isDirectory()).toBe(true);
  });

  it('that are registered by the launcher are there for readers at once', async () => {
    await workspace.registerTable('demo.lake.registered', '/Volumes/demo/lake/files/flights', { comment: 'Seeded' });

    const [engineer, analyst] = await Promise.all([
      as('engineer', 'GET', '/tables/demo.lake.registered'),
      as('analyst', 'GET', '/tables/demo.lake.registered'),
    ]);
    await as('admin', 'DELETE', '/tables/demo.lake.registered');

    expect(engineer.json<TableInfo>()).toMatchObject({
      comment: 'Seeded',
      columns: [{ name: 'id' }, { name: 'amount' }],
    });
    expect(analyst.status).toBe(403);
  });

  it('outside need the right to be used from outside, which owning does not give', async () => {
    await workspace.revokeGrant('SCHEMA', 'demo.lake', 'admins');
    const external = table('outside', { table_type: 'EXTERNAL', storage_location: '/Volumes/demo/lake/files/flights' });

    const asOwner = await as('admin', 'POST', '/tables', external);
    await workspace.grant('SCHEMA', 'demo.lake', 'engineer', ['EXTERNAL_USE_SCHEMA']);
    const withoutVolume = await as('engineer', 'POST', '/tables', external);
    await workspace.revokeGrant('SCHEMA', 'demo.lake', 'engineer');

    expect([asOwner.status, withoutVolume.status]).toEqual([403, 403]);
    expect(asOwner.json<ErrorEnvelope>().message).toBe("User does not have EXTERNAL USE SCHEMA on Schema 'demo.lake'.");
    expect(withoutVolume.json<ErrorEnvelope>().message).toBe(
      "User does not have READ VOLUME on Volume 'demo.lake.files'.",
    );
  });

  it.each(['s3://elsewhere/x', 'file:///etc', '/Volumes/demo/lake/files/../../../etc', '/Volumes/demo/lake/nope/x'])(
    'cannot lie at %s',
    async (storage_location) => {
      await workspace.grant('SCHEMA', 'demo.lake', 'admins', ['EXTERNAL_USE_SCHEMA']);

      const answer = await as(
        'admin',
        'POST',
        '/tables',
        table('nowhere', { table_type: 'EXTERNAL', storage_location }),
      );
      await workspace.revokeGrant('SCHEMA', 'demo.lake', 'admins');

      expect([answer.status, answer.json()['error_code']]).toEqual([404, 'EXTERNAL_LOCATION_DOES_NOT_EXIST']);
    },
  );

  it('are listed for those with SELECT, wherever it was granted, and for nobody else', async () => {
    await as('engineer', 'POST', '/tables', table('orders'));
    await as('admin', 'POST', '/tables', table('private'));
    const list = '/tables?catalog_name=demo&schema_name=lake';
    const before = await as('analyst', 'GET', list);
    await workspace.grant('TABLE', 'demo.lake.private', 'analyst', ['SELECT']);

    const after = await as('analyst', 'GET', list);
    const outsider = await as('outsider', 'GET', list);
    await workspace.revokeGrant('TABLE', 'demo.lake.private', 'analyst');

    expect([before.json(), names(after), names(await as('engineer', 'GET', list))]).toEqual([
      {},
      ['private'],
      ['orders', 'private'],
    ]);
    expect(outsider.status).toBe(403);
  });

  it('that one may not read are refused by name, and shown to those who may browse', async () => {
    await as('admin', 'POST', '/tables', table('private'));
    const refused = await as('analyst', 'GET', '/tables/demo.lake.private');
    await workspace.grant('CATALOG', 'demo', 'analyst', ['BROWSE']);

    const [plain, browsed, listed] = await Promise.all([
      as('analyst', 'GET', '/tables/demo.lake.private'),
      as('analyst', 'GET', '/tables/demo.lake.private?include_browse=true'),
      as('analyst', 'GET', '/tables?catalog_name=demo&schema_name=lake&include_browse=true'),
    ]);
    await workspace.revokeGrant('CATALOG', 'demo', 'analyst');

    expect(refused.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      message: "User does not have SELECT on Table 'demo.lake.private'.",
    });
    expect(plain.status).toBe(403);
    expect(browsed.json<TableInfo>()).toMatchObject({ full_name: 'demo.lake.private', browse_only: true });
    expect(browsed.json()).not.toHaveProperty('columns');
    expect(names(listed)).toContain('private');
  });

  it('come in pages, without what the caller does not want', async () => {
    for (const name of ['page_a', 'page_b']) await as('engineer', 'POST', '/tables', table(name));
    const query =
      '/tables?catalog_name=demo&schema_name=lake&omit_columns=true&omit_properties=true&omit_username=true';
    const seen: TableInfo[] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const answer = await as('engineer', 'GET', `${query}&max_results=1${token === '' ? '' : `&page_token=${token}`}`);
      const page = answer.json<ListTablesResponse>();
      seen.push(...(page.tables ?? []));
      token = page.next_page_token;
    }

    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(['page_a', 'page_b']));
    expect(new Set(seen.map(({ name }) => name)).size).toBe(seen.length);
    for (const info of seen) {
      expect(Object.keys(info)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(columns|properties|owner|created_by|updated_by)$/)]),
      );
    }
  });

  it('say whether they exist to those who may know', async () => {
    await as('admin', 'POST', '/tables', table('private'));
    const exists = (persona: PersonaName, name: string) => as(persona, 'GET', `/tables/demo.lake.${name}/exists`);

    const [there, gone, unseen, outsider] = await Promise.all([
      exists('engineer', 'private'),
      exists('engineer', 'nope'),
      exists('analyst', 'private'),
      exists('outsider', 'nope'),
    ]);

    expect([there.json(), gone.json()]).toEqual([{ table_exists: true }, { table_exists: false }]);
    expect([unseen.status, outsider.status]).toEqual([403, 403]);
  });

  it('are given away and dropped by their owner alone, files and grants included', async () => {
    const made = (await as('engineer', 'POST', '/tables', table('given'))).json<TableInfo>();
    const path = '/tables/demo.lake.given';
    await workspace.grant('TABLE', 'demo.lake.given', 'outsider', ['SELECT']);

    const refused = await as('analyst', 'DELETE', path);
    const given = await as('engineer', 'PATCH', path, { owner: workspace.personas.analyst.userName });
    const noLonger = await as('engineer', 'DELETE', path);
    const dropped = await as('analyst', 'DELETE', path);
    const after = await as('engineer', 'GET', path);
    await as('engineer', 'POST', '/tables', table('given'));
    const grants = await as('engineer', 'GET', '/permissions/table/demo.lake.given');

    expect([refused.status, given.status, noLonger.status, dropped.status]).toEqual([403, 200, 403, 200]);
    expect(refused.json<ErrorEnvelope>().message).toBe("User does not have MANAGE on Table 'demo.lake.given'.");
    expect([after.status, after.json()['error_code'], after.json()['message']]).toEqual([
      404,
      'TABLE_DOES_NOT_EXIST',
      "Table 'demo.lake.given' does not exist.",
    ]);
    await expect(stat(join(state, 'tables', String(made.table_id)))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(grants.json()).toEqual({});
  });

  it('are made only by who may create tables in the schema', async () => {
    const [analyst, outsider] = await Promise.all([
      as('analyst', 'POST', '/tables', table('refused')),
      as('outsider', 'POST', '/tables', table('refused')),
    ]);

    expect([analyst.status, outsider.status]).toEqual([403, 403]);
    expect(analyst.json<ErrorEnvelope>().message).toBe("User does not have CREATE TABLE on Schema 'demo.lake'.");
    expect(outsider.json<ErrorEnvelope>().message).toBe("User does not have USE CATALOG on Catalog 'demo'.");
  });

  it('are made once, however many ask at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => as('engineer', 'POST', '/tables', table('raced'))),
    );
    const folders = await readdir(join(state, 'tables'));
    const known = await as('admin', 'GET', '/tables?catalog_name=demo&schema_name=lake');

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    expect(answers.find(({ status }) => status === 400)?.json()).toMatchObject({
      error_code: 'TABLE_ALREADY_EXISTS',
      message: "Table 'demo.lake.raced' already exists",
    });
    expect(folders.sort()).toEqual(
      known
        .json<ListTablesResponse>()
        .tables?.map(({ table_id }) => table_id)
        .sort(),
    );
  });

  it.each([
    [
      'a type that cannot be stored',
      { columns: [{ ...ID, type_name: 'MOON', type_text: 'moon', type_json: '"moon"' }] },
    ],
    ['no columns', { columns: [] }],
    ['properties that are no texts', { properties: { a: 1 } }],
    ['an EXTERNAL one without a place', { table_type: 'EXTERNAL' }],
  ])('are not made with %s', async (_what, change) => {
    const before = await readdir(join(state, 'tables'));

    const answer = await as('admin', 'POST', '/tables', table('refused', change));

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(await readdir(join(state, 'tables'))).toEqual(before);
  });
});
