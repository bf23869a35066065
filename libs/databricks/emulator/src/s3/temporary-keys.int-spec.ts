import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';

describe('keys of a session', () => {
  let s3: GivenS3;
  let clock = Date.now();
  let root: S3Client;
  const Bucket = 'lakescope-lake';
  const denied = { code: 'AccessDenied', status: 403 };

  beforeAll(async () => {
    s3 = await givenS3(() => clock);
    root = s3.client();
    for (const Key of ['t1/a', 't10/a', 't2/a']) await root.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  });
  beforeEach(() => {
    clock = Date.now();
  });
  afterAll(() => s3.stop());

  const keys = (readOnly: boolean, expiresInMs = 60_000) =>
    s3.endpoint.issue({ location: `s3://${Bucket}/t1/`, readOnly, expiresInMs });
  const get = (client: S3Client, Key: string) => client.send(new GetObjectCommand({ Bucket, Key }));
  const put = (client: S3Client, Key: string) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const list = (client: S3Client, Prefix?: string) => client.send(new ListObjectsV2Command({ Bucket, Prefix }));

  it('open what lies below their location, and nothing beside it', async () => {
    const client = s3.client(keys(false));
    await put(client, 't1/b');
    expect((await list(client, 't1/')).Contents?.map(({ Key }) => Key)).toEqual(['t1/a', 't1/b']);
    await client.send(new CopyObjectCommand({ Bucket, Key: 't1/c', CopySource: `${Bucket}/t1/a` }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 't1/c' }));
    await client.send(new HeadBucketCommand({ Bucket }));

    for (const Key of ['t10/a', 't2/a', 't', 't1/../t2/a']) {
      expect((await refusal(get(client, Key))).status).toBeGreaterThanOrEqual(400);
      expect((await refusal(put(client, Key))).status).toBeGreaterThanOrEqual(400);
    }
    expect(await refusal(get(client, 't10/a'))).toEqual(denied);
    expect(await refusal(put(client, 't10/a'))).toEqual(denied);
    expect(await refusal(client.send(new DeleteObjectCommand({ Bucket, Key: 't2/a' })))).toEqual(denied);
    expect(
      await refusal(client.send(new CopyObjectCommand({ Bucket, Key: 't1/d', CopySource: `${Bucket}/t2/a` }))),
    ).toEqual(denied);
    expect(
      await refusal(client.send(new CopyObjectCommand({ Bucket, Key: 't2/d', CopySource: `${Bucket}/t1/a` }))),
    ).toEqual(denied);
    for (const prefix of [undefined, '', 't', 't1', 't10/', 't2/'])
      expect(await refusal(list(client, prefix))).toEqual(denied);
    expect(await refusal(client.send(new ListBucketsCommand({})))).toEqual(denied);
    expect(await refusal(client.send(new CreateBucketCommand({ Bucket: 'mine' })))).toEqual(denied);
    expect((await refusal(client.send(new HeadBucketCommand({ Bucket: 'another' })))).status).toBe(403);
    expect(await (await get(root, 't2/a')).Body?.transformToString()).toBe('t2/a');
  });

  it('may open several places, and still nothing beside them', async () => {
    const others = ['s3://another-bucket', `s3://${Bucket}/t2`];
    const folder = await s3.endpoint.createBucket('another-bucket');
    const client = s3.client(
      s3.endpoint.issue({ location: `s3://${Bucket}/t1`, others, readOnly: false, expiresInMs: 60_000 }),
    );
    await client.send(new PutObjectCommand({ Bucket: 'another-bucket', Key: 'a', Body: 'a' }));

    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('a');
    await client.send(new HeadBucketCommand({ Bucket: 'another-bucket' }));
    await client.send(new ListObjectsV2Command({ Bucket: 'another-bucket' }));
    await get(client, 't1/a');
    await get(client, 't2/a');
    expect(await refusal(get(client, 't10/a'))).toEqual(denied);
    expect(await refusal(list(client, 't10/'))).toEqual(denied);
  });

  it('delete many keys only as far as they may', async () => {
    const client = s3.client(keys(false));
    await put(root, 't1/many');
    const Objects = ['t1/many', 't2/a'].map((Key) => ({ Key }));
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: 't1/many' }]);
    expect(Errors).toEqual([{ Key: 't2/a', Code: 'AccessDenied', Message: expect.any(String) }]);
  });

  it('that may only read write nothing, in no way', async () => {
    const client = s3.client(keys(true));
    expect(await (await get(client, 't1/a')).Body?.transformToString()).toBe('t1/a');
    expect(await refusal(put(client, 't1/a'))).toEqual(denied);
    expect(await refusal(client.send(new DeleteObjectCommand({ Bucket, Key: 't1/a' })))).toEqual(denied);
    expect(await refusal(client.send(new CreateMultipartUploadCommand({ Bucket, Key: 't1/a' })))).toEqual(denied);
    const copy = client.send(new CopyObjectCommand({ Bucket, Key: 't1/e', CopySource: `${Bucket}/t1/a` }));
    expect(await refusal(copy)).toEqual(denied);
  });

  it('end when they say, and outlive a restart until then', async () => {
    const issued = keys(true, 60_000);
    await s3.restart();
    root = s3.client();
    expect((await get(s3.client(issued), 't1/a')).ContentLength).toBe(4);
    clock += 61_000;
    expect(await refusal(get(s3.client(issued), 't1/a'))).toEqual({ code: 'ExpiredToken', status: 400 });
  });

  it('cannot be widened, mixed or used without their token', async () => {
    const [one, other] = [keys(true), keys(false)];
    const use = (changed: Partial<typeof one>) => refusal(get(s3.client({ ...one, ...changed }), 't1/a'));
    const [claims = '', seal = ''] = one.sessionToken.split('.');
    const wider = Buffer.from(Buffer.from(claims, 'base64url').toString().replace('true', 'false')).toString(
      'base64url',
    );

    expect(await use({ sessionToken: `${wider}.${seal}` })).toEqual({ code: 'InvalidToken', status: 400 });
    expect(await use({ sessionToken: 'made up' })).toEqual({ code: 'InvalidToken', status: 400 });
    expect(await use({ sessionToken: other.sessionToken })).toEqual({ code: 'InvalidAccessKeyId', status: 403 });
    expect(await use({ accessKeyId: other.accessKeyId, sessionToken: other.sessionToken })).toEqual({
      code: 'SignatureDoesNotMatch',
      status: 403,
    });
    const { accessKeyId, secretAccessKey } = one;
    const bare = s3.client(undefined, { credentials: { accessKeyId, secretAccessKey } });
    expect(await refusal(get(bare, 't1/a'))).toEqual({ code: 'InvalidAccessKeyId', status: 403 });
  });

  it('are for a location that is one', () => {
    for (const location of ['', 't1', 'file:///t1', 's3://', 'https://bucket/t1']) {
      expect(() => s3.endpoint.issue({ location, readOnly: true, expiresInMs: 1 })).toThrow(RangeError);
    }
  });
});

describe('root keys', () => {
  it('are refused when the secret, the id, the region or the clock is wrong', async () => {
    let clock = Date.now();
    const s3 = await givenS3(() => clock);
    const { accessKeyId, secretAccessKey } = s3.endpoint.rootKeys;
    const ask = (config: object) => refusal(s3.client(undefined, config).send(new ListBucketsCommand({})));

    expect(await ask({ credentials: { accessKeyId, secretAccessKey: `${secretAccessKey}x` } })).toEqual({
      code: 'SignatureDoesNotMatch',
      status: 403,
    });
    expect(await ask({ credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey } })).toEqual({
      code: 'InvalidAccessKeyId',
      status: 403,
    });
    expect(await ask({ region: 'eu-central-1' })).toEqual({ code: 'AuthorizationHeaderMalformed', status: 400 });
    clock += 16 * 60_000;
    expect(await ask({})).toEqual({ code: 'RequestTimeTooSkewed', status: 403 });
    await s3.stop();
  });

  it('stay the same over restarts of the endpoint', async () => {
    const s3 = await givenS3();
    const before = s3.endpoint.rootKeys;
    await s3.restart();
    expect(s3.endpoint.rootKeys).toEqual(before);
    expect(before.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    await s3.stop();
  });
});
