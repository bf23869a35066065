import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ListModelVersionsResponse,
  ListRegisteredModelsResponse,
  ModelVersionInfo,
  RegisteredModelInfo,
} from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { ask, givenFolder, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const MODELS = '/api/2.1/unity-catalog/models';
const PARENT = { catalog_name: 'demo', schema_name: 'ml' };

describe('registered models', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'ml');
    await workspace.grant('SCHEMA', 'demo.ml', 'engineers', ['CREATE_MODEL']);
  });
  afterAll(() => stop());

  const as = (persona: PersonaName, method: string, path: string, body?: object): Promise<Answer> =>
    ask(workspace, `${MODELS}${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const code = (answer: Answer): unknown[] => [answer.status, answer.json()['error_code']];
  const make = async (name: string, versions = 0): Promise<string> => {
    await as('engineer', 'POST', '', { ...PARENT, name });
    for (let count = 0; count < versions; count++) {
      await as('engineer', 'POST', '/versions', { ...PARENT, model_name: name, source: 'dbfs:/run/model' });
    }
    return `demo.ml.${name}`;
  };

  it('are made by who may, belong to their maker, and are there once', async () => {
    const made = await as('engineer', 'POST', '', { ...PARENT, name: 'churn', comment: 'who leaves' });

    expect(made.json<RegisteredModelInfo>()).toMatchObject({
      full_name: 'demo.ml.churn',
      comment: 'who leaves',
      owner: workspace.personas.engineer.userName,
      securable_type: 'FUNCTION',
    });
    expect(code(await as('engineer', 'POST', '', { ...PARENT, name: 'Churn' }))).toEqual([
      409,
      'RESOURCE_ALREADY_EXISTS',
    ]);
    expect(code(await as('analyst', 'POST', '', { ...PARENT, name: 'other' }))).toEqual([403, 'PERMISSION_DENIED']);
    expect(code(await as('analyst', 'DELETE', '/demo.ml.churn'))).toEqual([403, 'PERMISSION_DENIED']);
    expect(code(await as('engineer', 'GET', '/demo.ml.nothing'))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('are listed in their schema and everywhere, by pages, to whoever may execute them', async () => {
    for (const name of ['l1', 'l2', 'l3']) await make(name);
    const names = async (query: string, persona: PersonaName = 'engineer'): Promise<string[]> => {
      const found: string[] = [];
      for (let token = ''; ;) {
        const page = (await as(persona, 'GET', `?${query}&max_results=2${token}`)).json<ListRegisteredModelsResponse>();
        found.push(...(page.registered_models ?? []).map(({ full_name = '' }) => full_name));
        if (page.next_page_token === undefined) return found;
        token = `&page_token=${encodeURIComponent(page.next_page_token)}`;
      }
    };

    expect(await names('catalog_name=demo&schema_name=ml')).toEqual(
      expect.arrayContaining(['demo.ml.l1', 'demo.ml.l2', 'demo.ml.l3']),
    );
    expect(await names('')).toEqual(await names('catalog_name=demo&schema_name=ml'));
    expect(await names('', 'outsider')).toEqual([]);
  });

  it('count their versions from 1, and never give a number twice', async () => {
    const name = await make('counted', 2);
    await as('engineer', 'DELETE', `/${name}/versions/2`);
    const third = await as('engineer', 'POST', '/versions', { ...PARENT, model_name: 'counted', source: 's' });
    await as('engineer', 'PATCH', `/${name}/versions/3/finalize`);
    const listed = (await as('analyst', 'GET', `/${name}/versions?max_results=1`)).json<ListModelVersionsResponse>();

    expect(third.json<ModelVersionInfo>()).toMatchObject({ version: 3, status: 'PENDING_REGISTRATION', source: 's' });
    expect((await as('analyst', 'GET', `/${name}/versions/3`)).json<ModelVersionInfo>().status).toBe('READY');
    expect(listed.model_versions?.map(({ version }) => version)).toEqual([1]);
    expect(listed.next_page_token).toBeDefined();
    expect(code(await as('analyst', 'GET', `/${name}/versions/2`))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect(code(await as('analyst', 'GET', `/${name}/versions/x`))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(code(await as('analyst', 'PATCH', `/${name}/versions/1`, { comment: 'mine' }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ]);
  });

  it('give no number twice to those who come together', async () => {
    await make('crowded');
    const made = await Promise.all(
      Array.from({ length: 8 }, () =>
        as('engineer', 'POST', '/versions', { ...PARENT, model_name: 'crowded', source: 's' }),
      ),
    );

    expect(made.map((answer) => answer.json<ModelVersionInfo>().version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('have aliases that move, and go with their version', async () => {
    const name = await make('named', 2);
    const set = (version_num: number, alias = 'Champion') =>
      as('engineer', 'PUT', `/${name}/aliases/${alias}`, { version_num });
    await set(1);
    await set(2);

    const champion = await as('analyst', 'GET', `/${name}/aliases/champion?include_aliases=true`);
    expect(champion.json<ModelVersionInfo>()).toMatchObject({
      version: 2,
      aliases: [{ alias_name: 'champion', version_num: 2 }],
    });
    const model = (await as('analyst', 'GET', `/${name}?include_aliases=true`)).json<RegisteredModelInfo>();
    expect(model.aliases).toEqual([{ alias_name: 'champion', version_num: 2 }]);
    expect((await as('analyst', 'GET', `/${name}`)).json<RegisteredModelInfo>()).not.toHaveProperty('aliases');
    expect(code(await set(9))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect(code(await set(1, 'v1'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    await as('engineer', 'DELETE', `/${name}/versions/2`);
    expect(code(await as('analyst', 'GET', `/${name}/aliases/champion`))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect(code(await as('engineer', 'DELETE', `/${name}/aliases/champion`))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('are granted as functions', async () => {
    const name = await make('granted', 1);
    await ask(workspace, `/api/2.1/unity-catalog/permissions/function/${name}`, {
      method: 'PATCH',
      token: workspace.personas.engineer.token,
      body: JSON.stringify({ changes: [{ principal: 'analysts', add: ['CREATE_MODEL_VERSION'] }] }),
    });
    const version = { ...PARENT, model_name: 'granted', source: 's' };

    expect((await as('analyst', 'POST', '/versions', version)).json<ModelVersionInfo>().version).toBe(2);
    expect(code(await as('outsider', 'POST', '/versions', version))).toEqual([403, 'PERMISSION_DENIED']);
  });

  it('show the files of a version by the Files API, to read only', async () => {
    const { version, directory } = await workspace.createModelVersion('demo.ml.filed', { comment: 'with files' });
    await mkdir(join(directory, 'data'), { recursive: true });
    await writeFile(join(directory, 'MLmodel'), 'flavors: {}\n');
    const file = (path: string, persona: PersonaName = 'analyst', method = 'GET') =>
      ask(workspace, `/api/2.0/fs/${path}`, { method, token: workspace.personas[persona].token });
    const root = `Models/demo/ml/filed/${version}`;

    expect((await file(`files/${root}/MLmodel`)).text).toBe('flavors: {}\n');
    const listed = (await file(`directories/${root}`)).json<{ contents: { path: string }[] }>().contents;
    expect(listed.map(({ path }) => path)).toEqual([`/${root}/MLmodel`, `/${root}/data`]);
    expect((await file(`files/Models/demo/ml/filed/9/MLmodel`)).status).toBe(404);
    expect((await file(`files/${root}/../${version}/MLmodel`)).status).toBe(400);
    expect((await file(`files/${root}/MLmodel`, 'outsider')).status).toBe(403);
    expect((await file(`files/${root}/MLmodel`, 'admin', 'DELETE')).status).toBe(403);
  });

  it('are there after a restart with their versions, renamed, and gone with their schema', async () => {
    const stateDirectory = await givenFolder();
    const first = await startWorkspace({ stateDirectory, port: 0 });
    await first.createCatalog('demo');
    await first.createSchema('demo', 'ml');
    await first.createModelVersion('demo.ml.kept');
    const admin = first.personas.admin.token;
    await ask(first, `${MODELS}/demo.ml.kept`, {
      method: 'PATCH',
      token: admin,
      body: JSON.stringify({ new_name: 'renamed' }),
    });
    await first.close();

    const second = await startWorkspace({ stateDirectory, port: 0 });
    const { token } = second.personas.admin;
    const kept = await ask(second, `${MODELS}/demo.ml.renamed/versions/1`, { token });
    await ask(second, '/api/2.1/unity-catalog/schemas/demo.ml?force=true', { method: 'DELETE', token });
    const gone = await ask(second, `${MODELS}/demo.ml.renamed`, { token });
    await second.close();

    expect(kept.json<ModelVersionInfo>()).toMatchObject({ model_name: 'renamed', version: 1, status: 'READY' });
    expect(gone.status).toBe(404);
  });
});
