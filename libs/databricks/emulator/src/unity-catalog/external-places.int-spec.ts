import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ExternalLocationInfo, TemporaryStorageCredentials, VolumeInfo } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { refusal } from '../testing/given-s3';
import { ask, givenFolder, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';

const ROOT = '/api/2.1/unity-catalog';
const ROLE = { aws_iam_role: { role_arn: 'arn:aws:iam::123456789012:role/lake' } };

describe('external locations', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let root: S3Client;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    await workspace.grant('SCHEMA', 'demo.lake', 'engineers', ['CREATE_VOLUME', 'WRITE_VOLUME', 'CREATE_TABLE']);
    root = clientOf(workspace.s3.rootKeys);
    await root.send(new CreateBucketCommand({ Bucket: 'landing' }));
    await as('admin', 'POST', '/storage-credentials', { name: 'role', ...ROLE });
    await as('admin', 'POST', '/external-locations', { name: 'in', url: 's3://landing/in/', credential_name: 'role' });
  });
  afterAll(async () => {
    root.destroy();
    await stop();
  });

  function clientOf(credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): S3Client {
    const { url, region } = workspace.s3;
    return new S3Client({ endpoint: url, region, credentials, maxAttempts: 1 });
  }
  const as = (persona: PersonaName, method: string, path: string, body?: object, base = ROOT): Promise<Answer> =>
    ask(workspace, `${base}${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const code = (answer: Answer): unknown[] => [answer.status, answer.json()['error_code']];
  const allow = (type: string, name: string, principal: string, ...add: string[]): Promise<Answer> =>
    as('admin', 'PATCH', `/permissions/${type}/${name}`, { changes: [{ principal, add }] });
  const volume = (persona: PersonaName, name: string, storage_location: string) =>
    as(persona, 'POST', '/volumes', {
      ...{ catalog_name: 'demo', schema_name: 'lake', name, volume_type: 'EXTERNAL', storage_location },
    });
  const file = (persona: PersonaName, path: string, method = 'GET', body?: string) =>
    ask(workspace, `/api/2.0/fs/files/Volumes/demo/lake/${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body !== undefined && { body }),
    });

  it('are made over a credential by who may, and never one inside of another', async () => {
    const other = { name: 'other', url: 's3://landing/other', credential_name: 'role' };

    expect(code(await as('engineer', 'POST', '/external-locations', other))).toEqual([403, 'PERMISSION_DENIED']);
    expect(code(await as('engineer', 'POST', '/storage-credentials', { name: 'mine', ...ROLE }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ]);
    await workspace.grant('METASTORE', await metastoreId(), 'engineers', ['CREATE_EXTERNAL_LOCATION']);
    expect(code(await as('engineer', 'POST', '/external-locations', other))).toEqual([403, 'PERMISSION_DENIED']);
    await allow('storage_credential', 'role', 'engineers', 'CREATE_EXTERNAL_LOCATION');
    expect((await as('engineer', 'POST', '/external-locations', other)).json<ExternalLocationInfo>()).toMatchObject({
      name: 'other',
      url: 's3://landing/other',
      credential_name: 'role',
      owner: workspace.personas.engineer.userName,
    });
    for (const url of ['s3://landing/in/deeper', 's3://landing']) {
      expect(code(await as('admin', 'POST', '/external-locations', { ...other, name: 'x', url }))).toEqual([
        400,
        'LOCATION_OVERLAP',
      ]);
    }
    for (const url of ['s3://landing/../up', 'file:///etc', 's3://UPPER/x', 'https://x', 's3://', '/Volumes/a/b/c']) {
      expect((await as('admin', 'POST', '/external-locations', { ...other, name: 'x', url })).status).toBe(400);
    }
    const seen = await as('analyst', 'GET', '/external-locations');
    expect(seen.json()).toEqual({});
    expect((await as('analyst', 'GET', '/external-locations/in')).status).toBe(403);
  });

  it('hold external volumes, whose files are the objects of the bucket', async () => {
    expect(code(await volume('engineer', 'landed', 's3://landing/in/landed'))).toEqual([403, 'PERMISSION_DENIED']);
    await allow('external_location', 'in', 'engineers', 'CREATE_EXTERNAL_VOLUME');
    const made = (await volume('engineer', 'landed', 's3://landing/in/landed/')).json<VolumeInfo>();
    await root.send(new PutObjectCommand({ Bucket: 'landing', Key: 'in/landed/a.txt', Body: 'by S3' }));
    await file('engineer', 'landed/b.txt', 'PUT', 'by Files');

    expect(made).toMatchObject({ volume_type: 'EXTERNAL', storage_location: 's3://landing/in/landed' });
    expect((await file('analyst', 'landed/a.txt')).text).toBe('by S3');
    const object = await root.send(new GetObjectCommand({ Bucket: 'landing', Key: 'in/landed/b.txt' }));
    expect(await object.Body?.transformToString()).toBe('by Files');
    expect((await file('outsider', 'landed/a.txt')).status).toBe(403);
  });

  it('hold no two volumes at one place, and none outside of them', async () => {
    await allow('external_location', 'in', 'engineers', 'CREATE_EXTERNAL_VOLUME');
    await volume('engineer', 'first', 's3://landing/in/first');

    for (const url of ['s3://landing/in/first', 's3://landing/in/first/deeper', 's3://landing/in']) {
      expect(code(await volume('engineer', 'second', url))).toEqual([400, 'LOCATION_OVERLAP']);
    }
    expect(code(await volume('engineer', 'second', 's3://elsewhere/x'))).toEqual([
      404,
      'EXTERNAL_LOCATION_DOES_NOT_EXIST',
    ]);
    expect(code(await volume('engineer', 'second', ''))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(code(await volume('engineer', 'second', 's3://landing/in/../../x'))).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
  });

  it('keep the files when a volume is dropped, and are kept while one lies in them', async () => {
    await volume('admin', 'dropped', 's3://landing/in/dropped');
    await file('admin', 'dropped/kept.txt', 'PUT', 'kept');
    expect(code(await as('admin', 'DELETE', '/external-locations/in'))).toEqual([400, 'INVALID_STATE']);
    expect(code(await as('admin', 'DELETE', '/storage-credentials/role'))).toEqual([400, 'INVALID_STATE']);
    await as('admin', 'DELETE', '/volumes/demo.lake.dropped');

    const object = await root.send(new GetObjectCommand({ Bucket: 'landing', Key: 'in/dropped/kept.txt' }));
    expect(await object.Body?.transformToString()).toBe('kept');
  });

  it('that take nothing make their volumes read-only', async () => {
    await as('admin', 'POST', '/external-locations', {
      ...{ name: 'archive', url: 's3://landing/archive', credential_name: 'role', read_only: true },
    });
    await volume('admin', 'archived', 's3://landing/archive/v');

    expect((await file('admin', 'archived/x.txt', 'PUT', 'x')).status).toBe(403);
    await as('admin', 'PATCH', '/external-locations/archive', { read_only: false });
    expect((await file('admin', 'archived/x.txt', 'PUT', 'x')).status).toBe(204);
  });

  describe('give keys', () => {
    const CREDENTIALS = '/api/2.0/unity-catalog';
    const keysOf = (answer: Answer): S3Client => {
      const { aws_temp_credentials: keys } = answer.json<TemporaryStorageCredentials>();
      return clientOf({
        accessKeyId: keys?.access_key_id ?? '',
        secretAccessKey: keys?.secret_access_key ?? '',
        sessionToken: keys?.session_token ?? '',
      });
    };
    const forPath = (persona: PersonaName, operation: string, url: string, more: object = {}) =>
      as(persona, 'POST', '/temporary-path-credentials', { url, operation, ...more }, CREDENTIALS);

    it('for a path that is nobody’s, to whoever may use the location from outside', async () => {
      const asked = ['engineer', 'PATH_READ', 's3://landing/in/raw'] as const;
      expect(code(await forPath('admin', 'PATH_READ', 's3://landing/in/raw'))).toEqual([403, 'PERMISSION_DENIED']);
      await allow('external_location', 'in', 'engineers', 'EXTERNAL_USE_LOCATION');
      expect(code(await forPath(...asked))).toEqual([403, 'PERMISSION_DENIED']);
      await allow('external_location', 'in', 'engineers', 'READ_FILES');
      await root.send(new PutObjectCommand({ Bucket: 'landing', Key: 'in/raw/a', Body: 'raw' }));

      const client = keysOf(await forPath(...asked));
      const object = await client.send(new GetObjectCommand({ Bucket: 'landing', Key: 'in/raw/a' }));

      expect(await object.Body?.transformToString()).toBe('raw');
      const beside = client.send(new GetObjectCommand({ Bucket: 'landing', Key: 'in/landed/a.txt' }));
      expect((await refusal(beside)).status).toBe(403);
      const writing = client.send(new PutObjectCommand({ Bucket: 'landing', Key: 'in/raw/b', Body: 'b' }));
      expect((await refusal(writing)).status).toBe(403);
      client.destroy();
      expect((await forPath('engineer', 'PATH_READ', 's3://landing/in/raw', { dry_run: true })).json()).toEqual({
        url: 's3://landing/in/raw',
      });
      expect(code(await forPath('engineer', 'PATH_READ_WRITE', 's3://landing/in/raw'))).toEqual([
        403,
        'PERMISSION_DENIED',
      ]);
      expect(code(await forPath('engineer', 'PATH_READ', 's3://landing/in'))).toEqual([400, 'LOCATION_OVERLAP']);
      expect((await forPath('engineer', 'PATH_FLY', 's3://landing/in/raw')).status).toBe(400);
    });

    it('for an external volume, to read or to write as the caller may', async () => {
      await volume('admin', 'keyed', 's3://landing/in/keyed');
      const { volume_id } = (await as('admin', 'GET', '/volumes/demo.lake.keyed')).json<VolumeInfo>();
      const keys = (persona: PersonaName, operation: string, id = volume_id) =>
        as(persona, 'POST', '/temporary-volume-credentials', { volume_id: id, operation }, CREDENTIALS);
      expect(code(await keys('engineer', 'READ_VOLUME'))).toEqual([403, 'PERMISSION_DENIED']);
      await workspace.grant('SCHEMA', 'demo.lake', 'engineers', ['EXTERNAL_USE_SCHEMA']);
      await workspace.grant('SCHEMA', 'demo.lake', 'analysts', ['EXTERNAL_USE_SCHEMA']);

      const writer = keysOf(await keys('engineer', 'WRITE_VOLUME'));
      await writer.send(new PutObjectCommand({ Bucket: 'landing', Key: 'in/keyed/k', Body: 'k' }));
      const listed = await keysOf(await keys('analyst', 'READ_VOLUME')).send(
        new ListObjectsV2Command({ Bucket: 'landing', Prefix: 'in/keyed/' }),
      );

      expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['in/keyed/k']);
      expect(code(await keys('analyst', 'WRITE_VOLUME'))).toEqual([403, 'PERMISSION_DENIED']);
      expect(code(await keys('analyst', 'READ_VOLUME', 'none'))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    });

    it('that are none for a managed volume: it is a folder of this machine', async () => {
      await workspace.createVolume('demo', 'lake', 'managed');
      const { volume_id } = (await as('admin', 'GET', '/volumes/demo.lake.managed')).json<VolumeInfo>();
      await workspace.grant('SCHEMA', 'demo.lake', 'admins', ['EXTERNAL_USE_SCHEMA']);

      const answer = await as(
        'admin',
        'POST',
        '/temporary-volume-credentials',
        { volume_id, operation: 'READ_VOLUME' },
        CREDENTIALS,
      );

      expect(answer.json<TemporaryStorageCredentials>()).toEqual({
        url: expect.stringMatching(/^file:\/\//) as string,
        expiration_time: expect.any(Number) as number,
      });
    });
  });

  it('are there after a restart, and what lies in their name is not dropped with them', async () => {
    const stateDirectory = await givenFolder();
    const first = await startWorkspace({ stateDirectory, port: 0 });
    await first.createCatalog('demo');
    await first.createSchema('demo', 'lake');
    const send = (to: LocalWorkspace, method: string, path: string, body?: object) =>
      ask(to, `${ROOT}${path}`, {
        method,
        token: to.personas.admin.token,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    await send(first, 'POST', '/storage-credentials', { name: 'demo', ...ROLE });
    await send(first, 'POST', '/external-locations', { name: 'demo', url: 's3://b-1', credential_name: 'demo' });
    await first.close();

    const second = await startWorkspace({ stateDirectory, port: 0 });
    const kept = await send(second, 'GET', '/external-locations/demo');
    const renamed = await send(second, 'PATCH', '/storage-credentials/demo', { new_name: 'other' });
    const follows = await send(second, 'GET', '/external-locations/demo');
    const removed = await send(second, 'DELETE', '/external-locations/demo');
    const schema = await send(second, 'GET', '/schemas/demo.lake');
    await second.close();

    expect(kept.json<ExternalLocationInfo>()).toMatchObject({ url: 's3://b-1', credential_name: 'demo' });
    expect([renamed.status, follows.json<ExternalLocationInfo>().credential_name]).toEqual([200, 'other']);
    expect([removed.status, schema.status]).toEqual([200, 200]);
  });

  async function metastoreId(): Promise<string> {
    const answer = await as('admin', 'GET', '/current-metastore-assignment');
    return answer.json<{ metastore_id: string }>().metastore_id;
  }
});
