import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorEnvelope, ListCatalogsResponse, ListVolumesResponse, VolumeInfo } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { PersonaName } from '../identity/personas';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.1/unity-catalog';

describe('Unity Catalog', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let outside: string;

  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'lakescope-mount-'));
    ({ workspace, stop } = await givenWorkspace({ mounts: { Corpus: outside } }));
    await workspace.createCatalog('demo', { comment: 'Open data' });
    await workspace.createSchema('demo', 'lake');
    await workspace.createVolume('demo', 'lake', 'tables');
    await workspace.createVolume('demo', 'lake', 'files');
    for (const name of ['build', 'crm', 'erp']) await workspace.createCatalog(name, { readers: ['engineers'] });
  });

  afterAll(async () => {
    await stop();
    await rm(outside, { recursive: true, force: true });
  });

  const as = (persona: PersonaName, path: string) =>
    ask(workspace, `${ROOT}${path}`, { token: workspace.personas[persona].token });

  const catalogPages = async (persona: PersonaName, size: number): Promise<(string | undefined)[][]> => {
    const pages: (string | undefined)[][] = [];
    let token: string | undefined = '';
    while (token !== undefined) {
      const answer = await as(persona, `/catalogs?max_results=${size}${token === '' ? '' : `&page_token=${token}`}`);
      const page = answer.json<ListCatalogsResponse>();
      pages.push((page.catalogs ?? []).map((catalog) => catalog.name));
      token = page.next_page_token;
    }
    return pages;
  };

  it('lists what the caller may use, by name', async () => {
    const [engineer, analyst] = await Promise.all([catalogPages('engineer', 0), catalogPages('analyst', 0)]);

    expect(engineer).toEqual([['build', 'crm', 'demo', 'erp', 'lakescope']]);
    expect(analyst).toEqual([['demo', 'lakescope']]);
  });

  it('answers empty pages with a successor when the caller may see nothing of them', async () => {
    await expect(catalogPages('analyst', 2)).resolves.toEqual([[], ['demo'], ['lakescope']]);
  });

  it('shows an outsider nothing at all', async () => {
    const answer = await as('outsider', '/catalogs?max_results=0');

    expect([answer.status, answer.json()]).toEqual([200, {}]);
  });

  it('describes a volume with its full name, owner and times', async () => {
    const answer = await as('analyst', '/volumes/demo.lake.tables');

    expect(answer.json<VolumeInfo>()).toMatchObject({
      name: 'tables',
      catalog_name: 'demo',
      schema_name: 'lake',
      full_name: 'demo.lake.tables',
      volume_type: 'MANAGED',
      owner: workspace.personas.admin.userName,
      created_at: expect.any(Number),
      storage_location: expect.stringMatching(/^file:\/\/\/.*\/volumes\/demo\/lake\/tables$/),
    });
  });

  it('finds names without regard to case and in percent-encoding', async () => {
    const answer = await as('analyst', '/schemas/DEMO%2ELake');

    expect(answer.json()).toMatchObject({ full_name: 'demo.lake', catalog_name: 'demo' });
  });

  it('lists volumes page by page', async () => {
    const first = (
      await as('analyst', '/volumes?catalog_name=demo&schema_name=lake&max_results=1')
    ).json<ListVolumesResponse>();
    const second = (
      await as(
        'analyst',
        `/volumes?catalog_name=demo&schema_name=lake&max_results=1&page_token=${first.next_page_token}`,
      )
    ).json<ListVolumesResponse>();

    expect(first.volumes?.map((volume) => volume.name)).toEqual(['files']);
    expect(second.volumes?.map((volume) => volume.name)).toEqual(['tables']);
    expect(second.next_page_token).toBeUndefined();
  });

  it('shows mounted folders as volumes', async () => {
    const answer = await as('analyst', '/volumes?catalog_name=lakescope&schema_name=mounts');

    expect(answer.json<ListVolumesResponse>().volumes?.map((volume) => volume.full_name)).toEqual([
      'lakescope.mounts.corpus',
    ]);
  });

  it.each([
    ['/catalogs/nope', 'CATALOG_DOES_NOT_EXIST', "Catalog 'nope' does not exist."],
    ['/schemas/demo.nope', 'SCHEMA_DOES_NOT_EXIST', "Schema 'demo.nope' does not exist."],
    ['/volumes/demo.lake.nope', 'RESOURCE_DOES_NOT_EXIST', "Volume 'demo.lake.nope' does not exist."],
    ['/schemas?catalog_name=nope', 'CATALOG_DOES_NOT_EXIST', "Catalog 'nope' does not exist."],
    ['/volumes?catalog_name=demo&schema_name=nope', 'SCHEMA_DOES_NOT_EXIST', "Schema 'demo.nope' does not exist."],
  ])('answers 404 for %s', async (path, code, message) => {
    const answer = await as('analyst', path);

    expect(answer.status).toBe(404);
    expect(answer.json<ErrorEnvelope>()).toMatchObject({ error_code: code, message });
  });

  it.each(['/catalogs/crm', '/schemas?catalog_name=crm', '/volumes/crm.hidden.secret'])(
    'refuses %s to those who may not use the catalog, whether it has such content or not',
    async (path) => {
      const answer = await as('analyst', path);

      expect(answer.status).toBe(403);
      expect(answer.json<ErrorEnvelope>()).toMatchObject({
        error_code: 'PERMISSION_DENIED',
        message: "User does not have USE CATALOG on Catalog 'crm'.",
      });
    },
  );

  it.each([
    '/schemas',
    '/volumes?catalog_name=demo',
    '/catalogs?max_results=-1',
    '/catalogs?max_results=many',
    '/catalogs?page_token=garbage',
    '/volumes/demo.lake',
    '/schemas/demo..lake',
  ])('answers 400 for %s', async (path) => {
    const answer = await as('analyst', path);

    expect([answer.status, answer.json()['error_code']]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('refuses the page token of another list', async () => {
    const token = (await as('engineer', '/catalogs?max_results=1')).json<ListCatalogsResponse>().next_page_token;

    const answer = await as('engineer', `/schemas?catalog_name=demo&page_token=${token}`);

    expect(answer.status).toBe(400);
  });

  it('tells the metastore', async () => {
    const [assignment, summary] = await Promise.all([
      as('analyst', '/current-metastore-assignment'),
      as('analyst', '/metastore_summary'),
    ]);

    expect(assignment.json()).toMatchObject({ workspace_id: Number(workspace.workspaceId) });
    expect(summary.json()['metastore_id']).toBe(assignment.json()['metastore_id']);
  });

  it('gives the app no data of its own: what it shows is what its users may see', async () => {
    const { clientId: client_id, clientSecret: client_secret } = workspace.servicePrincipal;
    const granted = await ask(workspace, '/oidc/v1/token', {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

    const token = String(granted.json()['access_token']);
    const catalogs = await ask(workspace, `${ROOT}/catalogs`, { token });
    const volume = await ask(workspace, `${ROOT}/volumes/demo.lake.tables`, { token });

    expect([catalogs.json(), volume.status]).toEqual([{}, 403]);
  });
});
