import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CatalogInfo,
  ErrorEnvelope,
  ListSchemasResponse,
  SchemaInfo,
  VolumeInfo,
} from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { ask, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.1/unity-catalog';

describe('catalogs, schemas and volumes', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let outside: string;

  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'lakescope-mount-'));
    await writeFile(join(outside, 'kept.txt'), 'kept');
    ({ workspace, stop } = await givenWorkspace({ mounts: { corpus: outside } }));
  });
  afterAll(async () => {
    await stop();
    await rm(outside, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await workspace.createCatalog('demo', { readers: ['engineers'] });
    await workspace.createSchema('demo', 'lake');
    await workspace.createVolume('demo', 'lake', 'files');
  });

  const as = (persona: PersonaName, method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(workspace, `${ROOT}${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const refusal = (answer: Answer) => {
    const { error_code, message } = answer.json<ErrorEnvelope>();
    return [answer.status, error_code, message];
  };
  const fileOf = (persona: PersonaName, path: string) =>
    ask(workspace, `/api/2.0/fs/files/Volumes/${path}`, { token: workspace.personas[persona].token });

  it('are made by admins, and by those who were given the right, who then own them', async () => {
    const { userName } = workspace.personas.engineer;
    const body = { name: 'Sales', comment: 'Sold things', properties: { team: 'a' } };
    const refused = await as('engineer', 'POST', '/catalogs', body);
    const metastore = (await as('admin', 'GET', '/metastore_summary')).json()['metastore_id'];
    await as('admin', 'PATCH', `/permissions/metastore/${String(metastore)}`, {
      changes: [{ principal: userName, add: ['CREATE_CATALOG'] }],
    });

    const made = await as('engineer', 'POST', '/catalogs', body);
    const again = await as('engineer', 'POST', '/catalogs', { name: 'SALES' });
    const schema = await as('engineer', 'POST', '/schemas', { name: 'eu', catalog_name: 'sales' });
    const unseen = await as('analyst', 'GET', '/catalogs/sales');
    await as('engineer', 'DELETE', '/catalogs/sales?force=true');

    expect(refusal(refused)).toEqual([
      403,
      'PERMISSION_DENIED',
      "User does not have CREATE CATALOG on Metastore 'local'.",
    ]);
    expect(made.json<CatalogInfo>()).toMatchObject({ ...body, name: 'sales', owner: userName });
    expect(refusal(again)).toEqual([400, 'CATALOG_ALREADY_EXISTS', "Catalog 'sales' already exists"]);
    expect([schema.json<SchemaInfo>().full_name, unseen.status]).toEqual(['sales.eu', 403]);
  });

  it('are made below what the caller may add to', async () => {
    const volume = { name: 'new', catalog_name: 'demo', schema_name: 'lake', volume_type: 'MANAGED', comment: 'Mine' };
    const refused = await Promise.all([
      as('engineer', 'POST', '/schemas', { name: 'new', catalog_name: 'demo' }),
      as('engineer', 'POST', '/volumes', volume),
    ]);
    await workspace.grant('CATALOG', 'demo', 'engineers', ['CREATE_SCHEMA', 'CREATE_VOLUME', 'READ_VOLUME']);

    const schema = await as('engineer', 'POST', '/schemas', { name: 'new', catalog_name: 'demo', comment: 'Fresh' });
    const made = await as('engineer', 'POST', '/volumes', volume);
    const twice = await as('engineer', 'POST', '/volumes', volume);
    await writeFile(join(workspace.volumeDirectory('demo', 'lake', 'new'), 'a.txt'), 'a');
    const file = await fileOf('engineer', 'demo/lake/new/a.txt');

    expect(refused.map(refusal)).toEqual([
      [403, 'PERMISSION_DENIED', "User does not have CREATE SCHEMA on Catalog 'demo'."],
      [403, 'PERMISSION_DENIED', "User does not have CREATE VOLUME on Schema 'demo.lake'."],
    ]);
    expect(schema.json<SchemaInfo>()).toMatchObject({ full_name: 'demo.new', comment: 'Fresh' });
    expect(made.json<VolumeInfo>()).toMatchObject({
      full_name: 'demo.lake.new',
      volume_type: 'MANAGED',
      comment: 'Mine',
      owner: workspace.personas.engineer.userName,
    });
    expect(refusal(twice)).toEqual([409, 'RESOURCE_ALREADY_EXISTS', "Volume 'demo.lake.new' already exists"]);
    expect(file.text).toBe('a');
  });

  it('change their comment, properties and owner', async () => {
    const { userName } = workspace.personas.analyst;
    const before = (await as('admin', 'GET', '/schemas/demo.lake')).json<SchemaInfo>();

    const refused = await as('engineer', 'PATCH', '/schemas/demo.lake', { comment: 'No' });
    const unknown = await as('admin', 'PATCH', '/schemas/demo.lake', { comment: 'No', owner: 'nobody@x.example' });
    const changed = await as('admin', 'PATCH', '/schemas/demo.lake', {
      ...{ comment: 'Better', properties: { a: 'b' }, owner: userName, created_by: 'me' },
    });

    const after = (await as('analyst', 'GET', '/catalogs/demo')).status;
    expect([refused.status, unknown.status, unknown.json()['error_code'], after]).toEqual([
      403,
      404,
      'PRINCIPAL_DOES_NOT_EXIST',
      403,
    ]);
    expect(changed.json()).toEqual({
      ...before,
      comment: 'Better',
      properties: { a: 'b' },
      owner: userName,
      updated_at: expect.any(Number),
      updated_by: workspace.personas.admin.userName,
    });
    await as('admin', 'PATCH', '/schemas/demo.lake', { owner: workspace.personas.admin.userName });
  });

  it('keep files, tables and grants when they are renamed', async () => {
    await workspace.createVolume('demo', 'lake', 'moving');
    await workspace.grant('VOLUME', 'demo.lake.moving', 'engineers', ['READ_VOLUME']);
    await writeFile(join(workspace.volumeDirectory('demo', 'lake', 'moving'), 'a.txt'), 'old');

    const volume = await as('admin', 'PATCH', '/volumes/demo.lake.moving', { new_name: 'Moved' });
    const schema = await as('admin', 'PATCH', '/schemas/demo.lake', { new_name: 'pond' });
    const file = await fileOf('engineer', 'demo/pond/moved/a.txt');
    const old = await fileOf('engineer', 'demo/lake/moving/a.txt');
    await as('admin', 'PATCH', '/schemas/demo.pond', { new_name: 'lake' });
    const fresh = await workspace.createVolume('demo', 'lake', 'moving');

    expect([volume.json<VolumeInfo>().full_name, schema.json<SchemaInfo>().full_name]).toEqual([
      'demo.lake.moved',
      'demo.pond',
    ]);
    expect([file.text, old.status]).toEqual(['old', 404]);
    await expect(readFile(join(fresh, 'a.txt'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await fileOf('engineer', 'demo/lake/moved/a.txt')).text).toBe('old');
    await as('admin', 'DELETE', '/volumes/demo.lake.moved');
    await as('admin', 'DELETE', '/volumes/demo.lake.moving');
  });

  it('are not renamed to what is there, and to nothing that is no name', async () => {
    await workspace.createSchema('demo', 'other');

    const taken = await as('admin', 'PATCH', '/schemas/demo.lake', { new_name: 'other', comment: 'No' });
    const bad = await as('admin', 'PATCH', '/schemas/demo.lake', { new_name: '../up' });

    expect(refusal(taken)).toEqual([400, 'SCHEMA_ALREADY_EXISTS', "Schema 'other' already exists"]);
    expect([bad.status, bad.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect((await as('admin', 'GET', '/schemas/demo.lake')).json<SchemaInfo>().comment).not.toBe('No');
    await as('admin', 'DELETE', '/schemas/demo.other');
  });

  it('that are not empty go only by force, and take everything along', async () => {
    await workspace.createCatalog('doomed', { readers: ['engineers'] });
    await workspace.createSchema('doomed', 'full');
    const folder = await workspace.createVolume('doomed', 'full', 'files');
    await writeFile(join(folder, 'a.txt'), 'a');

    const catalog = await as('admin', 'DELETE', '/catalogs/doomed');
    const schema = await as('admin', 'DELETE', '/schemas/doomed.full?force=false');
    const stranger = await as('engineer', 'DELETE', '/catalogs/doomed?force=true');
    const forced = await as('admin', 'DELETE', '/catalogs/doomed?force=true');
    const gone = await as('engineer', 'GET', '/catalogs/doomed');
    await workspace.createCatalog('doomed', { readers: [] });
    const grants = await as('admin', 'GET', '/permissions/catalog/doomed');
    const schemas = await as('admin', 'GET', '/schemas?catalog_name=doomed');

    expect(refusal(catalog)).toEqual([
      400,
      'CATALOG_NOT_EMPTY',
      "Catalog 'doomed' is not empty. The catalog has 1 schema(s)",
    ]);
    expect(refusal(schema)).toEqual([
      400,
      'SCHEMA_NOT_EMPTY',
      "Schema 'doomed.full' is not empty. The schema has 0 tables(s), 0 functions(s), 1 volumes(s)",
    ]);
    expect(refusal(stranger)).toEqual([403, 'PERMISSION_DENIED', "User does not have MANAGE on Catalog 'doomed'."]);
    expect([forced.status, forced.json(), gone.status]).toEqual([200, {}, 404]);
    expect([grants.json(), schemas.json<ListSchemasResponse>()]).toEqual([{}, {}]);
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that hold mounted folders stay, and so do the folders', async () => {
    const answers = [
      await as('admin', 'DELETE', '/volumes/lakescope.mounts.corpus'),
      await as('admin', 'PATCH', '/volumes/lakescope.mounts.corpus', { comment: 'Mine' }),
      await as('admin', 'DELETE', '/schemas/lakescope.mounts?force=true'),
      await as('admin', 'DELETE', '/catalogs/lakescope?force=true'),
      await as('admin', 'PATCH', '/catalogs/lakescope', { new_name: 'other' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    expect(await readFile(join(outside, 'kept.txt'), 'utf8')).toBe('kept');
  });

  it.each([
    ['POST', '/catalogs', {}],
    ['POST', '/catalogs', { name: 'a.b' }],
    ['POST', '/catalogs', { name: 'x', comment: 5 }],
    ['POST', '/catalogs', { name: 'x', properties: [] }],
    ['POST', '/catalogs', []],
    ['POST', '/schemas', { name: 'x' }],
    ['POST', '/schemas', { name: 'x'.repeat(256), catalog_name: 'demo' }],
    ['POST', '/volumes', { name: 'x', catalog_name: 'demo', schema_name: 'lake', volume_type: 'ROUND' }],
    ['POST', '/volumes', { name: 'x', catalog_name: 'demo', schema_name: 'lake' }],
    ['PATCH', '/volumes/demo.lake.files', { new_name: 7 }],
    ['PATCH', '/catalogs/demo', { owner: {} }],
  ])('refuse %s %s with %j', async (method, path, body) => {
    const answer = await as('admin', method, path, body);

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('cannot be volumes of storage that is not here', async () => {
    const answer = await as('admin', 'POST', '/volumes', {
      ...{ name: 'x', catalog_name: 'demo', schema_name: 'lake', volume_type: 'EXTERNAL' },
      storage_location: 's3://bucket/path',
    });

    expect([answer.status, answer.json()['error_code']]).toEqual([404, 'EXTERNAL_LOCATION_DOES_NOT_EXIST']);
  });
});
