import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { TemporaryTableCredentials } from '@lakescope/databricks-wire';
import { refusal } from '../testing/given-s3';
import { ask, givenFolder, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

describe('credentials of tables and the S3 endpoint of the workspace', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let stateDirectory: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    stateDirectory = await givenFolder();
    ({ workspace, stop } = await givenWorkspace({ stateDirectory }));
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    for (const name of ['one', 'other']) {
      const columns = [{ name: 'id', type_name: 'LONG', type_text: 'bigint', position: 0 }];
      const body = {
        name,
        catalog_name: 'demo',
        schema_name: 'lake',
        table_type: 'MANAGED',
        data_source_format: 'DELTA',
      };
      const created = await post('/api/2.1/unity-catalog/tables', 'admin', { ...body, columns });
      expect(created.status).toBe(200);
      const id = created.json<{ table_id: string }>().table_id;
      ids[name] = id;
      await mkdir(join(stateDirectory, 'tables', id, 'part'), { recursive: true });
      await writeFile(join(stateDirectory, 'tables', id, 'part/0.parquet'), `rows of ${name}`);
    }
    await workspace.grant('SCHEMA', 'demo.lake', 'engineers', ['SELECT', 'MODIFY', 'EXTERNAL_USE_SCHEMA']);
  });
  afterAll(() => stop());

  const post = (path: string, persona: 'admin' | 'engineer' | 'analyst', body: object) =>
    ask(workspace, path, { method: 'POST', token: workspace.personas[persona].token, body: JSON.stringify(body) });

  async function credentials(persona: 'engineer' | 'analyst', operation: string) {
    const asked = { table_id: ids['one'], operation };
    const answer = await post('/api/2.0/unity-catalog/temporary-table-credentials', persona, asked);
    return { status: answer.status, body: answer.json<TemporaryTableCredentials>() };
  }
  function clientOf({ aws_temp_credentials: keys }: TemporaryTableCredentials): S3Client {
    return new S3Client({
      endpoint: workspace.s3.url,
      region: workspace.s3.region,
      maxAttempts: 1,
      credentials: {
        accessKeyId: keys?.access_key_id ?? '',
        secretAccessKey: keys?.secret_access_key ?? '',
        sessionToken: keys?.session_token ?? '',
      },
    });
  }

  it('open the files of the table for whoever may read it, and no other table', async () => {
    const { body } = await credentials('engineer', 'READ');
    const client = clientOf(body);
    const [, Bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(body.url ?? '') ?? [];
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: `${prefix}/part/` }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([`${prefix}/part/0.parquet`]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `${prefix}/part/0.parquet` }));
    expect(await Body?.transformToString()).toBe('rows of one');

    const beside = client.send(new GetObjectCommand({ Bucket, Key: `${ids['other']}/part/0.parquet` }));
    expect(await refusal(beside)).toEqual({ code: 'AccessDenied', status: 403 });
    const write = client.send(new PutObjectCommand({ Bucket, Key: `${prefix}/part/1.parquet`, Body: 'x' }));
    expect(await refusal(write)).toEqual({ code: 'AccessDenied', status: 403 });
    client.destroy();
  });

  it('to write let write, and end with the workspace’s clock', async () => {
    const { body } = await credentials('engineer', 'READ_WRITE');
    const client = clientOf(body);
    const [, Bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(body.url ?? '') ?? [];
    const put = () => client.send(new PutObjectCommand({ Bucket, Key: `${prefix}/part/1.parquet`, Body: 'new' }));
    await put();
    workspace.setClockSkew(3601);
    // The official client sets its clock right by itself when it is told so; here it is not.
    expect((await refusal(put())).code).toMatch(/^(ExpiredToken|RequestTimeTooSkewed)$/);
    workspace.setClockSkew(0);
    client.destroy();
  });

  it('are not given to whoever may not read the table', async () => {
    const { status } = await credentials('analyst', 'READ');
    expect(status).toBe(403);
  });
});
