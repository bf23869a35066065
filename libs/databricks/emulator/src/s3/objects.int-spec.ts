import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  ChecksumAlgorithm,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';

const Bucket = 'lakescope-lake';
const md5 = (body: Buffer | string): string => `"${createHash('md5').update(body).digest('hex')}"`;

describe('objects over the official client', () => {
  let s3: GivenS3;
  let client: S3Client;

  beforeAll(async () => {
    s3 = await givenS3();
    client = s3.client();
  });
  afterAll(() => s3.stop());

  const put = (Key: string, Body: string | Buffer = Key) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const get = async (Key: string): Promise<string> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };

  it('are files at their key, with the MD5 as ETag', async () => {
    const { ETag } = await put('t1/part-0.parquet', 'rows');

    expect(ETag).toBe(md5('rows'));
    expect(await get('t1/part-0.parquet')).toBe('rows');
    expect(await readFile(join(s3.stateDirectory, 'tables/t1/part-0.parquet'), 'utf8')).toBe('rows');
  });

  it('keep their content type and metadata over a restart', async () => {
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'kept',
        Body: 'kept',
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
        Metadata: { origin: 'here' },
      }),
    );
    await s3.restart();
    client = s3.client();

    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'kept' }));
    expect(head).toMatchObject({
      ETag: md5('kept'),
      ContentLength: 4,
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { origin: 'here' },
    });
  });

  it.each([
    'ä ö/ü+?&=#%.txt',
    '\u{1f600}/emoji',
    "it's (a) *key*!~",
    'line\nfeed',
    'a//b',
    '/leading',
    'trailing/',
    'dot/./dot',
    'date=2020-01-01 00%3A00/part',
    `${'x'.repeat(300)}/long name`,
    'é'.repeat(512),
  ])('may be called %j', async (key) => {
    await put(key, `body of ${key}`);
    expect(await get(key)).toBe(`body of ${key}`);
    await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
    expect((await refusal(get(key))).code).toBe('NoSuchKey');
  });

  it('may be called what is a folder, and lie below what is a file, in either order', async () => {
    await put('both/below');
    await put('both');
    await put('other');
    await put('other/below');

    for (const key of ['both/below', 'both', 'other', 'other/below']) expect(await get(key)).toBe(key);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'both' }));
    expect(await get('both/below')).toBe('both/below');
    expect((await refusal(get('both'))).code).toBe('NoSuchKey');
    await s3.restart();
    client = s3.client();
    for (const key of ['both/below', 'other', 'other/below']) expect(await get(key)).toBe(key);
  });

  it('are refused when the key leads elsewhere or is too long', async () => {
    expect(await refusal(put('x'.repeat(1025)))).toEqual({ code: 'KeyTooLongError', status: 400 });
    expect(await refusal(put('a/b/../../../c'))).toMatchObject({ status: 400 });
  });

  it('are not what a link leads to', async () => {
    await mkdir(join(s3.stateDirectory, 'tables/linked'), { recursive: true });
    await writeFile(join(s3.stateDirectory, 'outside'), 'secret');
    await symlink(join(s3.stateDirectory, 'outside'), join(s3.stateDirectory, 'tables/linked/file'));
    await symlink(s3.stateDirectory, join(s3.stateDirectory, 'tables/linked/folder'));

    expect((await refusal(get('linked/file'))).code).toBe('NoSuchKey');
    expect((await refusal(get('linked/folder/outside'))).code).toBe('NoSuchKey');
    await put('linked/file', 'own');
    await put('linked/folder/outside', 'own');
    expect(await get('linked/file')).toBe('own');
    expect(await get('linked/folder/outside')).toBe('own');
    expect(await readFile(join(s3.stateDirectory, 'outside'), 'utf8')).toBe('secret');
  });

  it('are also files that came another way, with an ETag that changes when they do', async () => {
    const file = join(s3.stateDirectory, 'tables/direct.json');
    await writeFile(file, 'one');
    const first = await client.send(new HeadObjectCommand({ Bucket, Key: 'direct.json' }));
    const again = await client.send(new HeadObjectCommand({ Bucket, Key: 'direct.json' }));
    await writeFile(file, 'other');
    const second = await client.send(new HeadObjectCommand({ Bucket, Key: 'direct.json' }));

    expect(first.ETag).toMatch(/^"[0-9a-f]{32}-1"$/);
    expect(again.ETag).toBe(first.ETag);
    expect(second.ETag).not.toBe(first.ETag);
  });

  it('are sent in ranges', async () => {
    await put('ranged', '0123456789');
    const range = async (Range: string) => {
      const answer = await client.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range }));
      return [answer.$metadata.httpStatusCode, answer.ContentRange, await answer.Body?.transformToString()];
    };

    expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await range('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await range('bytes=0-99')).toEqual([206, 'bytes 0-9/10', '0123456789']);
    expect(await range('lines=1-2')).toEqual([200, undefined, '0123456789']);
    expect(await refusal(range('bytes=10-'))).toEqual({ code: 'InvalidRange', status: 416 });
  });

  it('are read on conditions', async () => {
    const { ETag = '' } = await put('conditional', 'v1');
    const read = (condition: object) => client.send(new GetObjectCommand({ Bucket, Key: 'conditional', ...condition }));
    const past = new Date(Date.now() - 60_000);
    const { LastModified } = await read({ IfMatch: ETag, IfUnmodifiedSince: new Date() });

    expect(LastModified).toBeInstanceOf(Date);
    expect((await refusal(read({ IfMatch: md5('v2') }))).status).toBe(412);
    expect((await refusal(read({ IfNoneMatch: ETag }))).status).toBe(304);
    expect((await refusal(read({ IfModifiedSince: LastModified }))).status).toBe(304);
    expect((await refusal(read({ IfUnmodifiedSince: past }))).status).toBe(412);
    expect((await read({ IfNoneMatch: md5('v2') })).ETag).toBe(ETag);
    expect((await read({ IfModifiedSince: past })).ETag).toBe(ETag);
  });

  it.each(Object.values(ChecksumAlgorithm).filter((name) => /^(CRC32|SHA1|SHA256)$/.test(name)))(
    'are checked by their %s, from memory and from a stream, and say it again',
    async (ChecksumAlgorithm) => {
      const body = randomBytes(200_000);
      const stream = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]);
      await client.send(new PutObjectCommand({ Bucket, Key: 'sum', Body: body, ChecksumAlgorithm }));
      const { ETag } = await client.send(
        new PutObjectCommand({ Bucket, Key: 'sum', Body: stream, ContentLength: body.length, ChecksumAlgorithm }),
      );
      const answer = await client.send(new GetObjectCommand({ Bucket, Key: 'sum', ChecksumMode: 'ENABLED' }));

      expect(ETag).toBe(md5(body));
      expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? [])).toEqual(body);
      expect(answer[`Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32']).toEqual(expect.any(String));
    },
  );

  it('are refused when a checksum does not fit, and nothing is stored', async () => {
    const wrong = { ChecksumCRC32: 'AAAAAA==', Body: 'not zero' };
    const refused = await refusal(client.send(new PutObjectCommand({ Bucket, Key: 'wrong', ...wrong })));
    const digest = { ContentMD5: createHash('md5').update('other').digest('base64'), Body: 'one' };
    const other = await refusal(client.send(new PutObjectCommand({ Bucket, Key: 'wrong', ...digest })));

    expect([refused.code, other.code]).toEqual(['BadDigest', 'BadDigest']);
    expect((await refusal(get('wrong'))).code).toBe('NoSuchKey');
  });

  it('are copied, with their metadata or with new one', async () => {
    const Metadata = { of: 'source' };
    await client.send(new PutObjectCommand({ Bucket, Key: 'from ü', Body: 'copied', Metadata }));
    const copy = (Key: string, more: object = {}) =>
      client.send(
        new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${encodeURIComponent('from ü')}`, ...more }),
      );

    expect((await copy('to')).CopyObjectResult?.ETag).toBe(md5('copied'));
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).Metadata).toEqual(Metadata);
    await copy('to', { MetadataDirective: 'REPLACE', Metadata: { of: 'copy' } });
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).Metadata).toEqual({ of: 'copy' });
    expect((await refusal(copy('to', { CopySourceIfMatch: md5('x') }))).status).toBe(412);
    expect((await refusal(copy('from ü'))).code).toBe('InvalidRequest');
    expect((await refusal(copy('to', { CopySource: `${Bucket}/nowhere` }))).code).toBe('NoSuchKey');
  });

  it('are deleted one by one and many at once, missing ones too', async () => {
    const keys = ['many/1', 'many/2 &<>"', 'many/\u{1f600}'];
    for (const key of keys) await put(key);
    const Objects = [...keys, 'many/none'].map((Key) => ({ Key }));
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(Deleted?.map(({ Key }) => Key)).toEqual([...keys, 'many/none']);
    expect(Errors).toBeUndefined();
    for (const key of keys) expect((await refusal(get(key))).code).toBe('NoSuchKey');
    const gone = await client.send(new DeleteObjectCommand({ Bucket, Key: 'many/1' }));
    expect(gone.$metadata.httpStatusCode).toBe(204);
  });

  it('may be empty', async () => {
    const { ETag } = await put('empty', Buffer.alloc(0));
    expect(ETag).toBe(md5(''));
    expect(await get('empty')).toBe('');
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'empty' }))).ContentLength).toBe(0);
  });

  it('are refused by name where something is not there, with a request id', async () => {
    const missing = client.send(new GetObjectCommand({ Bucket, Key: 'nowhere' }));
    await expect(missing).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/^[0-9A-F]{16}$/) },
    });
    const head = refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'nowhere' })));
    expect(await head).toEqual({ code: 'NotFound', status: 404 });
    const bucket = refusal(client.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'a' })));
    expect(await bucket).toEqual({ code: 'NoSuchBucket', status: 404 });
  });
});
