import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { Secret } from '@lakescope/databricks-client';
import type { ConnectionTarget } from '../connections/connection-targets';
import { S3Clients } from '../s3-clients';
import { S3App, type Answer, type Json } from '../testing/s3-app';
import { ConnectionCheck } from './connection-check';

const PLACE = { bucket: 'claims', prefix: 'trials/' };
const ARN = 'arn:aws:iam::000000000000:role/claims-reader';

describe('the check of an S3 connection', () => {
  let app: S3App;

  beforeAll(async () => {
    app = await S3App.start();
    await app.given('claims', { 'tables/a/one.json': '{}', 'empty/none': '' });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    app.stack.workspace.s3.faults.clear();
    await app.sql('DELETE FROM s3_connections');
  });
  afterAll(() => app.stop());

  it('finds every right of keys that may do everything, and leaves nothing behind', async () => {
    await app.given('kept', { 'tables/a/one.json': '{}', 'empty/none': '' });
    // As with Object Lock.
    app.stack.workspace.s3.requireChecksums('kept');
    const id = await app.connect('analyst', { bucket: 'kept', prefix: 'tables/' });

    const { body } = await check(id, { write: true });

    expect(statuses(body)).toEqual({
      list_buckets: 'ok',
      list_bucket: 'ok',
      head_object: 'ok',
      get_object: 'ok',
      put_object: 'ok',
      conditional_put: 'ok',
      delete_object: 'ok',
    });
    expect(body).toMatchObject({ readable: true, writable: true, bucket: 'kept', prefix: 'tables/' });
    const left = await app.ask('analyst', 'POST', '/list', { connection_id: id, delimiter: '', prefix: '' });
    expect((left.body['items'] as Json[]).map(({ key }) => key)).toEqual(['empty/none', 'tables/a/one.json']);
  });

  it('writes only when asked to', async () => {
    const id = await app.connect('analyst', { bucket: 'claims' });
    const before = app.stack.workspace.requestLog.count();

    const { body } = await check(id);

    const methods = app.stack.workspace.requestLog.entries().slice(before - app.stack.workspace.requestLog.count());
    expect(body['writable']).toBeNull();
    expect(methods.filter(({ method, route }) => method === 'PUT' && route?.startsWith('s3:') === true)).toEqual([]);
  });

  it('says which statement of a policy gives each right that is missing', async () => {
    const id = await connectWith({ location: 's3://claims/tables', readOnly: true });

    const { body } = await check(id, { bucket: 'claims', prefix: 'tables/', write: true });
    const outside = await check(id, { bucket: 'claims', prefix: 'other/' });

    expect(statuses(body)).toMatchObject({
      list_buckets: 'denied',
      list_bucket: 'ok',
      get_object: 'ok',
      put_object: 'denied',
      conditional_put: 'not_tried',
    });
    expect(body).toMatchObject({ readable: true, writable: false });
    expect(policies(body)).toEqual({
      list_buckets: { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
      put_object: { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::claims/tables/*' },
    });
    expect(statuses(outside.body)).toMatchObject({
      list_bucket: 'denied',
      head_object: 'not_tried',
      get_object: 'not_tried',
    });
    expect(policies(outside.body)).toMatchObject({
      list_bucket: { Action: 's3:ListBucket', Condition: { StringLike: { 's3:prefix': ['other/*'] } } },
    });
  });

  it('tells a missing right from a bucket that is not there, wrong keys, and storage that fails', async () => {
    const id = await app.connect('analyst', { bucket: 'claims' });
    const wrong = await app.connect('analyst', {
      name: 'Wrong',
      bucket: 'claims',
      secret_access_key: 'not-the-secret',
    });

    const missing = await check(id, { bucket: 'no-such-bucket' });
    const rejected = await check(wrong);
    app.stack.workspace.s3.faults.add({ method: 'HEAD', pathPrefix: '/claims/', status: 403 });
    const denied = await check(id);
    app.stack.workspace.s3.faults.clear();
    app.stack.workspace.s3.faults.add({ pathPrefix: '/claims', status: 500 });
    const failing = await check(id);

    expect(statuses(missing.body)).toMatchObject({ list_buckets: 'ok', list_bucket: 'failed' });
    expect(details(missing.body)['list_bucket']).toContain('There is no bucket no-such-bucket');
    expect(new Set(Object.values(statuses(rejected.body)))).toEqual(new Set(['failed']));
    expect(details(rejected.body)['list_buckets']).toContain('does not accept the keys');
    expect(statuses(denied.body)).toMatchObject({ list_bucket: 'ok', head_object: 'denied', get_object: 'ok' });
    expect(statuses(failing.body)).toMatchObject({ list_buckets: 'ok', list_bucket: 'failed', get_object: 'failed' });
  });

  it('reads what is empty, and what is not there, as far as that shows the right', async () => {
    const id = await app.connect('analyst', { bucket: 'claims' });

    expect((await check(id, { prefix: 'empty/' })).body).toMatchObject({ readable: true });
    expect((await check(id, { prefix: 'nothing/' })).body).toMatchObject({ readable: true });
    expect(details((await check(id, { key: 'gone.txt' })).body)['get_object']).toContain(
      'There is no object s3://claims/gone.txt',
    );
  });

  it('tries only what can be tried without a bucket', async () => {
    const id = await app.connect('analyst');

    expect(statuses((await check(id)).body)).toEqual({
      list_buckets: 'ok',
      list_bucket: 'not_tried',
      head_object: 'not_tried',
      get_object: 'not_tried',
    });
  });

  it('uses the rights of the role that the keys assume, and says when they may not', async () => {
    app.stack.workspace.s3.roles.define({
      arn: ARN,
      externalId: 'lake',
      location: 's3://claims/tables',
      readOnly: true,
    });
    const role = { bucket: 'claims', prefix: 'tables/', role_arn: ARN };
    const id = await app.connect('analyst', { ...role, external_id: 'lake' });
    const refused = await app.connect('analyst', { ...role, name: 'Refused', external_id: 'other' });

    const assumed = await check(id);
    const denied = await app.ask('analyst', 'POST', '/list', { connection_id: refused });

    expect(statuses(assumed.body)).toMatchObject({ list_buckets: 'denied', list_bucket: 'ok', get_object: 'ok' });
    expect([denied.status, denied.body]).toMatchObject([
      403,
      { detail: expect.stringContaining('sts:AssumeRole on the role'), technical_details: { right: 'sts:AssumeRole' } },
    ]);
    expect((await app.ask('analyst', 'GET', '/connections')).body['items']).toMatchObject([
      { kind: 'assume_role', role_arn: ARN, external_id: 'lake' },
      { kind: 'assume_role' },
    ]);
  });

  it('tells that a source was written by storage that does not look at digests, also where that cannot be deleted', async () => {
    beforeEachPut((input) => ({ ...input, ContentMD5: undefined }));
    const ofSource = () => app.get(ConnectionCheck).ofSource(target(), PLACE, AbortSignal.timeout(60_000));

    const deleted = await ofSource();
    const left = await keysOfPlace();
    app.stack.workspace.s3.faults.add({ method: 'DELETE', pathPrefix: '/claims/', status: 403 });
    const { writing } = await ofSource();

    expect([deleted.writing.status, left]).toEqual(['failed', []]);
    expect(writing).toMatchObject({ status: 'failed', policy_line: expect.stringContaining('"Deny"') });
    const [object] = await keysOfPlace();
    expect(writing.detail).toContain(`s3://claims/${object} of the check is left behind`);
    app.stack.workspace.s3.faults.clear();
    await emptyPlace();
  });

  it('leaves nothing behind when whoever asked leaves while it writes, or the answer of a write is lost', async () => {
    const left = new AbortController();
    let puts = 0;
    beforeEachPut((input) => {
      puts += 1;
      if (puts === 2) left.abort();
      return input;
    });
    const ofTarget = (signal: AbortSignal) => app.get(ConnectionCheck).ofTarget(target(), PLACE, signal);

    await expect(ofTarget(left.signal)).rejects.toMatchObject({ fault: 'S3Aborted' });
    expect([puts, await keysOfPlace()]).toEqual([2, []]);

    app.stack.workspace.s3.faults.add({ method: 'PUT', pathPrefix: '/claims/', status: 500, afterHandler: true });
    const rights = await ofTarget(AbortSignal.timeout(60_000));
    expect(rights.map(({ right, status }) => [right, status])).toContainEqual(['put_object', 'failed']);
    expect(await keysOfPlace()).toEqual([]);
  });

  /** Connections' clients put what this makes of what they were told to. */
  function beforeEachPut(change: (input: PutObjectCommandInput) => PutObjectCommandInput): void {
    const clients = app.get(S3Clients);
    const make = clients.make.bind(clients);
    jest.spyOn(clients, 'make').mockImplementation(async (...given) => {
      const client = await make(...given);
      client.middlewareStack.add(
        (next, { commandName }) =>
          (args) =>
            next(
              commandName === 'PutObjectCommand'
                ? { ...args, input: change(args.input as PutObjectCommandInput) }
                : args,
            ),
        { step: 'initialize' },
      );
      return client;
    });
  }

  function target(): ConnectionTarget {
    const { url: endpoint, region, rootKeys } = app.stack.workspace.s3;
    const keys = {
      accessKeyId: new Secret(rootKeys.accessKeyId),
      secretAccessKey: new Secret(rootKeys.secretAccessKey),
      sessionToken: undefined,
    };
    return {
      id: 'given',
      name: 'Given',
      ownerId: undefined,
      target: { endpoint, region, pathStyle: true, keys, role: undefined },
      bucket: 'claims',
      prefix: '',
      admittedAs: [],
    };
  }

  async function keysOfPlace(): Promise<string[]> {
    const client = await app.get(S3Clients).make(target().target);
    const { Contents = [] } = await client.listObjectsV2({ Bucket: PLACE.bucket, Prefix: PLACE.prefix });
    return Contents.map(({ Key = '' }) => Key);
  }

  async function emptyPlace(): Promise<void> {
    const client = await app.get(S3Clients).make(target().target);
    for (const Key of await keysOfPlace()) await client.deleteObject({ Bucket: PLACE.bucket, Key });
  }

  function check(id: string, json: Json = {}): Promise<Answer> {
    return app.ask('analyst', 'POST', `/connections/${id}/check`, json);
  }

  function connectWith(scope: { location: string; readOnly: boolean }): Promise<string> {
    const keys = app.stack.workspace.s3.issue({ ...scope, expiresInMs: 60_000 });
    return app.connect('analyst', {
      access_key_id: keys.accessKeyId,
      secret_access_key: keys.secretAccessKey,
      session_token: keys.sessionToken,
    });
  }
});

interface Row {
  right: string;
  status: string;
  detail: string;
  policy_line: string | null;
}

function rowsOf(body: Json): Row[] {
  return body['rights'] as Row[];
}

function statuses(body: Json): Record<string, string> {
  return Object.fromEntries(rowsOf(body).map(({ right, status }) => [right, status]));
}

function details(body: Json): Record<string, string> {
  return Object.fromEntries(rowsOf(body).map(({ right, detail }) => [right, detail]));
}

function policies(body: Json): Record<string, unknown> {
  return Object.fromEntries(
    rowsOf(body).flatMap(({ right, policy_line: line }) => (line === null ? [] : [[right, JSON.parse(line)]])),
  );
}
