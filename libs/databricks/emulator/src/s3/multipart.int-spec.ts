import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';

const MiB = 1024 ** 2;

describe('uploads in parts over the official client', () => {
  let s3: GivenS3;
  let client: S3Client;
  const Bucket = 'lakescope-lake';
  const Key = 'big/\u{1f600}.bin';

  beforeAll(async () => {
    s3 = await givenS3();
    client = s3.client();
  });
  afterAll(() => s3.stop());

  async function begin(): Promise<{ Bucket: string; Key: string; UploadId: string | undefined }> {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'application/x-parts', Metadata: { in: 'parts' } }),
    );
    return { Bucket, Key, UploadId };
  }
  async function part(upload: object, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
    const of = upload as { Bucket: string; Key: string; UploadId: string };
    const { ETag } = await client.send(new UploadPartCommand({ ...of, PartNumber, Body }));
    return { PartNumber, ETag };
  }
  const complete = (upload: object, Parts: CompletedPart[], more: object = {}) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...(upload as { Bucket: string; Key: string; UploadId: string }),
        MultipartUpload: { Parts },
        ...more,
      }),
    );

  it('become one object, whatever order the parts came in, and over a restart', async () => {
    const bodies = [randomBytes(5 * MiB), randomBytes(6 * MiB), randomBytes(10)];
    const upload = await begin();
    const third = await part(upload, 3, bodies[2] ?? Buffer.alloc(0));
    await part(upload, 1, randomBytes(100));
    const first = await part(upload, 1, bodies[0] ?? Buffer.alloc(0));
    await s3.restart();
    client = s3.client();
    const second = await part(upload, 2, bodies[1] ?? Buffer.alloc(0));
    const listed = await client.send(new ListPartsCommand(upload));
    const { ETag } = await complete(upload, [first, second, third]);

    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5 * MiB],
      [2, 6 * MiB],
      [3, 10],
    ]);
    const md5 = (body: Buffer): Buffer => createHash('md5').update(body).digest();
    expect(ETag).toBe(`"${md5(Buffer.concat(bodies.map(md5))).toString('hex')}-3"`);
    const { Body, Metadata, ContentType } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(Buffer.concat(bodies))).toBe(true);
    expect([Metadata, ContentType]).toEqual([{ in: 'parts' }, 'application/x-parts']);
    expect((await refusal(complete(upload, [first, second, third]))).code).toBe('NoSuchUpload');
  });

  it('are listed while they last, and leave nothing when aborted', async () => {
    const upload = await begin();
    await part(upload, 1, Buffer.from('some'));
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'big/' }));
    expect(Uploads?.map(({ UploadId }) => UploadId)).toEqual([upload.UploadId]);

    await client.send(new AbortMultipartUploadCommand(upload));
    expect((await refusal(part(upload, 1, Buffer.from('some')))).code).toBe('NoSuchUpload');
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
    expect(await readdir(join(s3.stateDirectory, 's3/state', Bucket, 'uploads'))).toEqual([]);
    expect(await readdir(join(s3.stateDirectory, 's3/state', Bucket, 'temporary'))).toEqual([]);
  });

  it('are refused when parts are missing, out of order, too small or none', async () => {
    const upload = await begin();
    const one = await part(upload, 1, Buffer.from('one'));
    const two = await part(upload, 2, Buffer.from('two'));

    expect((await refusal(complete(upload, [two, one]))).code).toBe('InvalidPartOrder');
    expect((await refusal(complete(upload, [one, two]))).code).toBe('EntityTooSmall');
    expect((await refusal(complete(upload, [{ ...one, ETag: two.ETag }]))).code).toBe('InvalidPart');
    expect((await refusal(complete(upload, [{ PartNumber: 9, ETag: two.ETag }]))).code).toBe('InvalidPart');
    expect((await refusal(complete(upload, []))).code).toBe('MalformedXML');
    expect((await refusal(part(upload, 10_001, Buffer.from('x')))).code).toBe('InvalidArgument');
    expect((await refusal(part({ ...upload, UploadId: '../../x' }, 1, Buffer.from('x')))).code).toBe('NoSuchUpload');
    expect((await refusal(part({ ...upload, Key: 'other' }, 1, Buffer.from('x')))).code).toBe('NoSuchUpload');
    await complete(upload, [two]);
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(ContentLength).toBe(3);
  });

  it('hold the condition of a write: the first one wins', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: 'there' }));
    const upload = await begin();
    const one = await part(upload, 1, Buffer.from('one'));
    expect(await refusal(complete(upload, [one], { IfNoneMatch: '*' }))).toEqual({
      code: 'PreconditionFailed',
      status: 412,
    });
  });

  it('take parts from objects', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'from', Body: '0123456789' }));
    const upload = await begin();
    const copy = { ...upload, PartNumber: 1, CopySource: `${Bucket}/from` };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...copy, CopySourceRange: 'bytes=2-5' }));
    const beyond = client.send(new UploadPartCopyCommand({ ...copy, CopySourceRange: 'bytes=2-10' }));
    expect((await refusal(beyond)).code).toBe('InvalidRequest');
    await complete(upload, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe('2345');
  });
});
