import type { ErrorEnvelope } from '@lakescope/databricks-wire';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const SCIM = '/api/2.0/preview/scim/v2';
const UC = '/api/2.1/unity-catalog';

/** One call of every family, with the scope the platform asks for. */
const CALLS: readonly [scope: string, method: string, path: string][] = [
  ['unity-catalog', 'GET', `${UC}/catalogs`],
  ['unity-catalog', 'GET', `${UC}/catalogs/demo`],
  ['unity-catalog', 'GET', `${UC}/schemas?catalog_name=demo`],
  ['unity-catalog', 'GET', `${UC}/volumes/demo.lake.files`],
  ['unity-catalog', 'GET', `${UC}/current-metastore-assignment`],
  ['unity-catalog', 'GET', `${UC}/metastore_summary`],
  ['unity-catalog', 'GET', `${UC}/permissions/catalog/demo`],
  ['unity-catalog', 'GET', `${UC}/effective-permissions/catalog/demo`],
  ['files', 'GET', '/api/2.0/fs/directories/Volumes/demo/lake/files'],
  ['files', 'HEAD', '/api/2.0/fs/directories/Volumes/demo/lake/files'],
  ['postgres', 'GET', '/api/2.0/database/instances'],
  ['access-management', 'GET', `${SCIM}/Users`],
  ['access-management', 'GET', `${SCIM}/Groups`],
  ['access-management', 'GET', `${SCIM}/Groups/4810260001`],
  ['access-management', 'GET', `${SCIM}/ServicePrincipals`],
  ['apps', 'GET', '/api/2.0/apps'],
  ['apps', 'GET', '/api/2.0/apps/lakescope'],
  ['authentication', 'GET', '/api/2.0/token/list'],
  ['mlflow', 'GET', '/api/2.0/mlflow/unity-catalog/model-versions/get?name=demo.lake.model&version=1'],
  ['model-serving', 'GET', '/api/2.0/serving-endpoints'],
];
const SCOPES = [...new Set(CALLS.map(([scope]) => scope)), 'sql'];

describe('scopes over HTTP', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    await workspace.createVolume('demo', 'lake', 'files');
    await workspace.createModelVersion('demo.lake.model');
  });
  afterAll(() => stop());

  const call = async (method: string, path: string, scopes: readonly string[]) => {
    const { token } = await workspace.issueUserToken('admin', scopes);
    return ask(workspace, path, { method, token });
  };

  it.each(CALLS)('%s opens %s %s, and every other scope together does not', async (scope, method, path) => {
    const others = SCOPES.filter((other) => other !== scope);

    const [with_, without] = [await call(method, path, [scope]), await call(method, path, others)];

    expect([with_.status, without.status]).toEqual([200, 403]);
    // Answers to HEAD have no body.
    if (method !== 'HEAD') {
      expect(without.json<ErrorEnvelope>()).toEqual({
        error_code: 403,
        message: `Provided OAuth token does not have required scopes: ${scope}`,
      });
    }
  });

  it.each(CALLS)('all-apis opens what %s opens: %s %s', async (_scope, method, path) => {
    expect((await call(method, path, ['all-apis'])).status).toBe(200);
  });

  it('every token may ask who it is, even one without any scope', async () => {
    expect((await call('GET', `${SCIM}/Me`, [])).status).toBe(200);
  });

  it('the older name of a scope still opens files', async () => {
    const directory = '/api/2.0/fs/directories/Volumes/demo/lake/files';

    expect((await call('GET', directory, ['files.files'])).status).toBe(200);
  });

  it('the scopes of single objects do not open the catalog', async () => {
    const fine = ['catalog.catalogs:read', 'catalog.schemas:read', 'catalog.tables:read'];

    expect((await call('GET', `${UC}/catalogs`, fine)).status).toBe(403);
  });

  it('a scope is checked before the grants are, so that its absence shows nothing', async () => {
    const { token } = await workspace.issueUserToken('outsider', ['files']);

    const answers = await Promise.all(
      ['demo', 'nope'].map((name) => ask(workspace, `${UC}/catalogs/${name}`, { token })),
    );

    expect(answers.map(({ text }) => text)).toEqual([answers[0]?.text, answers[0]?.text]);
    expect(answers[0]?.json<ErrorEnvelope>().message).toContain('required scopes: unity-catalog');
  });
});
