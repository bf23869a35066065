import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Storage } from '@lakescope/delta';
import { givenDeltaTable } from '@lakescope/server-testing';
import { InspectorApp, type Json, type Persona } from './testing/inspector-app';

const BUCKET = 'warehouse';

describe('the inspector on S3', () => {
  let inspector: InspectorApp;
  let connection: string;

  beforeAll(async () => {
    inspector = await InspectorApp.start({ database: true });
    const { url: endpoint, region, rootKeys: credentials } = inspector.stack.workspace.s3;
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const prefix of ['sales/orders', 'sales/a b%2Fü']) {
      await givenDeltaTable(new S3Storage({ client, bucket: BUCKET, prefix }), {
        versions: [[{ id: 1 }], [{ id: 2 }, { id: 3 }]],
      });
    }
    client.destroy();
    connection = await connect('analyst', rootKeys(), { bucket: BUCKET });
  });
  afterEach(() => inspector.stack.workspace.s3.faults.clear());
  afterAll(() => inspector.stop());

  it('finds tables below a prefix, whatever characters are in it', async () => {
    const { body } = await inspector.post('', { source: at('s3://warehouse/sales') });

    expect((body['items'] as Json[]).map((item) => item['path'])).toEqual([
      's3://warehouse/sales/a b%2Fü',
      's3://warehouse/sales/orders',
    ]);
  });

  it.each(['sales/orders', 'sales/a b%2Fü'])('shows the table at %s as one in a volume', async (path) => {
    const source = at(`s3://warehouse/${path}`);
    const [detail, history, preview, old] = await Promise.all([
      inspector.post('/detail', { source }),
      inspector.post('/history', { source }),
      inspector.post('/preview', { source }),
      inspector.post('/preview', { source, version: 0 }),
    ]);

    expect(detail.body).toMatchObject({ version: 1, num_rows: '3', num_files: 2 });
    expect((history.body['items'] as Json[]).map(({ version }) => version)).toEqual([1, 0]);
    expect((preview.body['rows'] as unknown[][]).flat().sort()).toEqual(['1', '2', '3']);
    expect(old.body['rows']).toEqual([['1']]);
  });

  it('takes the connection that begins with the bucket where none is named', async () => {
    const detail = (path: string): Promise<{ status: number; body: Json }> =>
      inspector.post('/detail', { source: { kind: 's3', path } });

    expect((await detail('s3a://warehouse/sales/orders/')).body).toMatchObject({ version: 1 });
    expect(await detail('s3://another-bucket/orders')).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST' },
    });
  });

  it('has no connection of another person’s', async () => {
    const foreign = await inspector.post('/detail', { source: at('s3://warehouse/sales/orders') }, 'outsider');

    expect(foreign).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
  });

  it('answers nothing of what others have read to keys that may not read it', async () => {
    const { workspace } = inspector.stack;
    const keys = workspace.s3.issue({ location: 's3://warehouse/other', readOnly: true, expiresInMs: 60_000 });
    const narrow = await connect('outsider', keys);
    const source = { kind: 's3', connection_id: narrow, path: 's3://warehouse/sales/orders' };

    const denied = await inspector.post('/detail', { source }, 'outsider');

    expect(denied).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', detail: expect.stringContaining('s3:ListBucket') },
    });
  });

  it('says what is wrong: keys, bucket, table, place', async () => {
    const wrong = await connect(
      'analyst',
      { ...rootKeys(), secretAccessKey: 'not-the-secret-of-this-key' },
      { name: 'Wrong' },
    );
    const detail = (path: string, id = connection): Promise<unknown> =>
      inspector.post('/detail', { source: { kind: 's3', connection_id: id, path } });

    expect(await detail('s3://warehouse/sales/orders', wrong)).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED' },
    });
    expect(await detail('s3://no-such-bucket/orders')).toMatchObject({
      status: 404,
      body: { error_code: 'TABLE_NOT_FOUND' },
    });
    expect(await detail('s3://warehouse/sales/nothing')).toMatchObject({
      status: 404,
      body: { error_code: 'TABLE_NOT_FOUND' },
    });
    for (const path of ['s3://warehouse/../sales', 'warehouse/sales', 's3:///sales', 's3://WAREHOUSE!/sales']) {
      expect(await detail(path)).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    }
  });

  function at(path: string): Json {
    return { kind: 's3', connection_id: connection, path };
  }

  function rootKeys(): Keys {
    return inspector.stack.workspace.s3.rootKeys;
  }

  async function connect(persona: Persona, keys: Keys, fields: Json = {}): Promise<string> {
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token } = keys;
    const endpoint = inspector.stack.workspace.s3.url;
    const json = { name: 'Warehouse', endpoint, access_key_id, secret_access_key, session_token, ...fields };
    const { status, body } = await inspector.request(persona, '/s3/connections', { method: 'POST', json });
    expect(status).toBe(201);
    return String(body['id']);
  }
});

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}
