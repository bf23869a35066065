import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type {
  GetMlflowModelVersionResponse,
  GetMlflowRegisteredModelResponse,
  GetMlflowRunResponse,
  ListMlflowArtifactsResponse,
  MlflowArtifactCredentialsResponse,
  MlflowModelVersionCredentialsResponse,
  ModelVersionInfo,
  SearchMlflowModelVersionsResponse,
  SearchMlflowRegisteredModelsResponse,
} from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { LAKE_BUCKET } from '../s3/storage-location';
import { ask, givenFolder, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { ModelVersionTaken } from './register-model';

const MLFLOW = '/api/2.0/mlflow';
const RUN = '0123456789abcdef0123456789abcdef';
const NAME = 'demo.ml.miles';
const MLMODEL = `flavors:
  lakescope_local: {data: model.json}
signature:
  inputs: '[{"type":"double","name":"miles"}]'
`;

describe('MLflow', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let folder: string;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    folder = await givenFolder();
    await writeFile(join(folder, 'MLmodel'), MLMODEL);
    await mkdir(join(folder, 'a b'));
    await writeFile(join(folder, 'a b', 'ü.txt'), 'with a space');
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'ml');
    await workspace.registerModel(NAME, asked(1));
  });
  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });

  const asked = (version: number) => ({
    ...{ folder, version, comment: 'A line', alias: 'champion', modelComment: 'Miles' },
    run: { runId: RUN, params: { model: 'a line', rows: 7 }, metrics: { rmse: 1.5 } },
  });
  const as = (persona: PersonaName, path: string, body?: object): Promise<Answer> =>
    ask(workspace, `${MLFLOW}${path}`, {
      token: workspace.personas[persona].token,
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  const code = (answer: Answer): unknown[] => [answer.status, answer.json()['error_code']];
  const credentials = async (path: readonly string[]): Promise<string[]> => {
    const answer = await as('analyst', '/artifacts/credentials-for-read', { run_id: RUN, path });
    const { credential_infos: infos = [] } = answer.json<MlflowArtifactCredentialsResponse>();
    return infos.map(({ signed_uri: uri }) => uri);
  };

  it('describes a version of a model to whoever may execute it', async () => {
    const path = `/unity-catalog/model-versions/get?name=${NAME}&version=1`;

    const { model_version: version } = (await as('analyst', path)).json<GetMlflowModelVersionResponse>();

    expect(version).toMatchObject({
      ...{ name: NAME, version: '1', run_id: RUN, status: 'READY', description: 'A line' },
      source: `dbfs:/databricks/mlflow-tracking/1/${RUN}/artifacts/model`,
      aliases: [{ alias: 'champion', version: '1' }],
    });
    expect(version).not.toHaveProperty('tags');
    expect(code(await as('outsider', path))).toEqual([403, 'PERMISSION_DENIED']);
    expect(code(await as('analyst', path.replace('version=1', 'version=9')))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('tells of the run a model came from, with its signature', async () => {
    const { run } = (await as('analyst', `/runs/get?run_id=${RUN}`)).json<GetMlflowRunResponse>();
    const tag = run.data?.tags?.find(({ key }) => key === 'mlflow.log-model.history')?.value ?? '';

    expect(run.info).toMatchObject({ run_id: RUN, status: 'FINISHED', run_name: 'miles-1', lifecycle_stage: 'active' });
    expect(run.data?.params).toEqual([
      { key: 'model', value: 'a line' },
      { key: 'rows', value: '7' },
    ]);
    expect(run.data?.metrics).toMatchObject([{ key: 'rmse', value: 1.5, step: 0 }]);
    expect(JSON.parse(tag)).toMatchObject([
      { run_id: RUN, artifact_path: 'model', signature: { inputs: '[{"type":"double","name":"miles"}]' } },
    ]);
    expect(code(await as('outsider', `/runs/get?run_id=${RUN}`))).toEqual([403, 'PERMISSION_DENIED']);
    expect(code(await as('admin', '/runs/get?run_id=nothing'))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('lists what a run has left, and nothing outside of it', async () => {
    const list = (path: string, persona: PersonaName = 'analyst') =>
      as(persona, `/artifacts/list?run_id=${RUN}&path=${encodeURIComponent(path)}`);
    const files = async (path: string) => (await list(path)).json<ListMlflowArtifactsResponse>().files;

    expect(await files('')).toEqual([{ path: 'model', is_dir: true }]);
    expect(await files('model')).toEqual([
      { path: 'model/MLmodel', is_dir: false, file_size: MLMODEL.length },
      { path: 'model/a b', is_dir: true },
    ]);
    expect(await files('nothing')).toBeUndefined();
    expect(code(await list('../..'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(code(await list('/etc'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(code(await list('', 'outsider'))).toEqual([403, 'PERMISSION_DENIED']);
  });

  it('gives links that really download, for an hour, without a token and only without one', async () => {
    const [first = '', second = '', missing = ''] = await credentials(['model/MLmodel', 'model/a b/ü.txt', 'none']);
    const query = `/artifacts/credentials-for-read?run_id=${RUN}&path=model/MLmodel`;
    const byGet = (await as('analyst', query)).json<MlflowArtifactCredentialsResponse>();
    const status = async (uri: string, init?: RequestInit): Promise<number> => (await fetch(uri, init)).status;

    expect(await (await fetch(first)).text()).toBe(MLMODEL);
    expect(await (await fetch(second)).text()).toBe('with a space');
    expect(await (await fetch(byGet.credential_infos?.[0]?.signed_uri ?? '')).text()).toBe(MLMODEL);
    expect(await status(missing)).toBe(404);
    expect(await status(first.replace('MLmodel', 'other'))).toBe(403);
    expect(await status(first, { headers: { authorization: 'Bearer x' } })).toBe(400);
    workspace.setClockSkew(2 * 3600);
    expect(await status(first)).toBe(403);
    workspace.setClockSkew(0);
    const refused = await as('outsider', '/artifacts/credentials-for-read', { run_id: RUN, path: ['model/MLmodel'] });
    expect(code(refused)).toEqual([403, 'PERMISSION_DENIED']);
    const out = await as('analyst', '/artifacts/credentials-for-read', { run_id: RUN, path: ['../secret'] });
    expect(code(out)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('gives keys that read the files of a version and write none', async () => {
    const path = '/unity-catalog/model-versions/generate-temporary-credentials';
    const body = { name: NAME, version: '1', operation: 'MODEL_VERSION_OPERATION_READ' };
    const { credentials: keys } = (await as('analyst', path, body)).json<MlflowModelVersionCredentialsResponse>();
    const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = keys.aws_temp_credentials;
    const { url: endpoint, region } = workspace.s3;
    const sessionToken = keys.aws_temp_credentials.session_token;
    const client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey, sessionToken } });
    const info = await ask(workspace, `/api/2.1/unity-catalog/models/${NAME}/versions/1`, {
      token: workspace.personas.analyst.token,
    });
    const location = info.json<ModelVersionInfo>().storage_location ?? '';
    const object = { Bucket: LAKE_BUCKET, Key: `${new URL(location).pathname.slice(1)}/MLmodel` };

    const read = await client.send(new GetObjectCommand(object));

    expect(await read.Body?.transformToString()).toBe(MLMODEL);
    await expect(client.send(new PutObjectCommand({ ...object, Body: 'x' }))).rejects.toThrow();
    client.destroy();
    expect(code(await as('outsider', path, body))).toEqual([403, 'PERMISSION_DENIED']);
    expect(code(await as('admin', path, { ...body, operation: 'WRITE' }))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('finds models and versions by name and by alias, those the caller may execute', async () => {
    const models = async (persona: PersonaName): Promise<SearchMlflowRegisteredModelsResponse> =>
      (await as(persona, '/unity-catalog/registered-models/search?max_results=5')).json();
    const filter = encodeURIComponent(`name='${NAME}'`);
    const versions = await as('analyst', `/unity-catalog/model-versions/search?filter=${filter}`);
    const alias = await as('analyst', `/unity-catalog/registered-models/alias?name=${NAME}&alias=Champion`);
    const model = await as('analyst', `/unity-catalog/registered-models/get?name=${NAME}`);

    expect((await models('analyst')).registered_models).toMatchObject([{ name: NAME, description: 'Miles' }]);
    expect((await models('outsider')).registered_models).toBeUndefined();
    expect(versions.json<SearchMlflowModelVersionsResponse>().model_versions).toMatchObject([{ version: '1' }]);
    expect(alias.json<GetMlflowModelVersionResponse>().model_version).toMatchObject({ version: '1', run_id: RUN });
    expect(model.json<GetMlflowRegisteredModelResponse>().registered_model).toMatchObject({
      name: NAME,
      aliases: [{ alias: 'champion', version: '1' }],
    });
    const refused = async (path: string, persona: PersonaName = 'analyst') =>
      code(await as(persona, `/unity-catalog/${path}`));
    expect(await refused(`registered-models/alias?name=${NAME}&alias=none`)).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect(await refused('model-versions/search?filter=run_id')).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(await refused(`registered-models/get?name=${NAME}`, 'outsider')).toEqual([403, 'PERMISSION_DENIED']);
    expect((await as('analyst', '/logged-models/search', { experiment_ids: ['1'] })).json()).toEqual({ models: [] });
  });

  it('registers a version once, and only the next one', async () => {
    await workspace.registerModel(NAME, asked(1));
    await expect(workspace.registerModel(NAME, asked(3))).rejects.toThrow(ModelVersionTaken);
    await workspace.registerModel(NAME, { folder, version: 2 });

    const { token } = workspace.personas.analyst;
    const versions = await ask(workspace, `/api/2.1/unity-catalog/models/${NAME}/versions`, { token });
    expect(versions.json<{ model_versions: ModelVersionInfo[] }>().model_versions).toMatchObject([
      { version: 1, status: 'READY', run_id: RUN },
      { version: 2, status: 'READY' },
    ]);
  });
});
