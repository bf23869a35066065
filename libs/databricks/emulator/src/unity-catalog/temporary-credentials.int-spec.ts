import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ErrorEnvelope, TableInfo, TemporaryTableCredentials } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { ask, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const PATH = '/api/2.0/unity-catalog/temporary-table-credentials';
const COLUMNS = [{ name: 'id', type_name: 'LONG', type_text: 'bigint', type_json: '"long"', position: 0 }];

describe('temporary credentials of a table', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let orders: TableInfo;
  let inVolume: TableInfo;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo', { readers: [] });
    await workspace.createSchema('demo', 'lake');
    await workspace.createVolume('demo', 'lake', 'files');
    await workspace.grant('CATALOG', 'demo', 'engineers', ['USE_CATALOG', 'USE_SCHEMA', 'SELECT']);
    await workspace.grant('CATALOG', 'demo', 'analysts', ['USE_CATALOG', 'USE_SCHEMA', 'SELECT']);
    await workspace.grant('SCHEMA', 'demo.lake', 'engineers', ['EXTERNAL_USE_SCHEMA']);
    await workspace.grant('SCHEMA', 'demo.lake', 'admins', ['EXTERNAL_USE_SCHEMA']);
    const create = async (more: object): Promise<TableInfo> =>
      (
        await ask(workspace, '/api/2.1/unity-catalog/tables', {
          method: 'POST',
          token: workspace.personas.admin.token,
          body: JSON.stringify({
            ...{ catalog_name: 'demo', schema_name: 'lake', data_source_format: 'DELTA', columns: COLUMNS },
            ...more,
          }),
        })
      ).json<TableInfo>();
    orders = await create({ name: 'orders', table_type: 'MANAGED' });
    inVolume = await create({
      ...{ name: 'flights', table_type: 'EXTERNAL', storage_location: '/Volumes/demo/lake/files/flights' },
    });
  });
  afterAll(() => stop());

  const request = (persona: PersonaName, body: object): Promise<Answer> =>
    ask(workspace, PATH, { method: 'POST', token: workspace.personas[persona].token, body: JSON.stringify(body) });

  const storage = ({ aws_temp_credentials: keys }: TemporaryTableCredentials): S3Client =>
    new S3Client({
      endpoint: workspace.s3.url,
      region: workspace.s3.region,
      forcePathStyle: true,
      credentials: {
        accessKeyId: keys?.access_key_id ?? '',
        secretAccessKey: keys?.secret_access_key ?? '',
        sessionToken: keys?.session_token ?? '',
      },
    });

  it('open the files of the table for reading, for an hour', async () => {
    const answer = await request('engineer', { table_id: orders.table_id, operation: 'READ' });
    const credentials = answer.json<TemporaryTableCredentials>();
    const client = storage(credentials);
    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+)$/.exec(credentials.url ?? '') ?? [];

    const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }));
    const log = await client.send(new GetObjectCommand({ Bucket: bucket, Key: listed.Contents?.[0]?.Key }));
    const put = client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/x`, Body: 'x' }));

    expect(credentials.url).toBe(orders.storage_location);
    expect((credentials.expiration_time ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
    expect(await log.Body?.transformToString()).toContain('"metaData"');
    await expect(put).rejects.toMatchObject({ name: 'AccessDenied' });
    client.destroy();
  });

  it('open no other table', async () => {
    const credentials = (await request('engineer', { table_id: orders.table_id, operation: 'READ' })).json();
    const client = storage(credentials);

    const listed = client.send(new ListObjectsV2Command({ Bucket: 'lakescope-lake', Prefix: '' }));

    await expect(listed).rejects.toMatchObject({ name: 'AccessDenied' });
    client.destroy();
  });

  it('for writing need MODIFY', async () => {
    const refused = await request('engineer', { table_id: orders.table_id, operation: 'READ_WRITE' });
    await workspace.grant('TABLE', 'demo.lake.orders', 'engineer', ['MODIFY']);
    const allowed = await request('engineer', { table_id: orders.table_id, operation: 'READ_WRITE' });
    await workspace.revokeGrant('TABLE', 'demo.lake.orders', 'engineer');

    const { url, ...credentials } = allowed.json<TemporaryTableCredentials>();
    const client = storage(credentials);
    const Key = `${url?.replace('s3://lakescope-lake/', '')}/part-0`;
    await client.send(new PutObjectCommand({ Bucket: 'lakescope-lake', Key, Body: 'rows' }));

    expect(refused.json<ErrorEnvelope>().message).toBe("User does not have MODIFY on Table 'demo.lake.orders'.");
    client.destroy();
  });

  it('need EXTERNAL USE SCHEMA, which neither reading nor owning gives', async () => {
    const answer = await request('analyst', { table_id: orders.table_id, operation: 'READ' });
    await workspace.revokeGrant('SCHEMA', 'demo.lake', 'admins');
    const owner = await request('admin', { table_id: orders.table_id, operation: 'READ' });
    await workspace.grant('SCHEMA', 'demo.lake', 'admins', ['EXTERNAL_USE_SCHEMA']);

    expect([answer.status, owner.status]).toEqual([403, 403]);
    expect(answer.json<ErrorEnvelope>()).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      message: "User does not have EXTERNAL USE SCHEMA on Schema 'demo.lake'.",
    });
  });

  it('are not given for a table that lies in a volume', async () => {
    const answer = await request('engineer', { table_id: inVolume.table_id, operation: 'READ' });

    expect([answer.status, answer.json()['error_code']]).toEqual([401, 'UNAUTHENTICATED']);
    expect(answer.json<ErrorEnvelope>().details?.[0]).toMatchObject({
      reason: 'UNITY_CATALOG_EXTERNAL_GENERATE_TABLE_CREDENTIALS_DENIED',
    });
  });

  it.each([
    [{ table_id: 'nope', operation: 'READ' }, 404],
    [{ operation: 'READ' }, 400],
    [{ table_id: 'nope' }, 400],
    [{ table_id: 'nope', operation: 'FLY' }, 400],
    [{ table_id: {}, operation: 'READ' }, 400],
    [[], 400],
  ])('of %j answer %d', async (body, status) => {
    expect((await request('engineer', body)).status).toBe(status);
  });

  it('need the scope of Unity Catalog', async () => {
    const { token } = await workspace.issueUserToken('engineer', ['files']);

    const answer = await ask(workspace, PATH, { method: 'POST', token, body: '{}' });

    expect(answer.json<ErrorEnvelope>().message).toMatch(/required scopes: unity-catalog$/);
  });
});
