import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { S3Objects, S3Storage } from '@lakescope/delta';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';

const MiB = 2 ** 20;
const large = Buffer.alloc(11 * MiB, 'x');

describe('a bucket that takes nothing without a checksum, as with Object Lock', () => {
  let s3: GivenS3;
  /** As the app makes its clients: they send no checksum of their own. */
  let plain: S3Client;
  const Bucket = 'locked';

  beforeAll(async () => {
    s3 = await givenS3();
    await s3.endpoint.createBucket(Bucket);
    s3.endpoint.requireChecksums(Bucket);
    plain = s3.client(undefined, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    await plain.send(new PutObjectCommand({ Bucket: 'lakescope-lake', Key: 'from', Body: large }));
  });
  afterAll(() => s3.stop());

  it('refuses objects and parts that come without one, in the words of S3, and takes those that have one', async () => {
    const object = { Bucket, Key: 'object', Body: 'x' };
    await expect(plain.send(new PutObjectCommand(object))).rejects.toThrow(
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
    const ContentMD5 = createHash('md5').update('x').digest('base64');
    await plain.send(new PutObjectCommand({ ...object, ContentMD5 }));
    await s3.client().send(new PutObjectCommand(object));

    const { UploadId } = await plain.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const part = { Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'x' };
    expect(await refusal(plain.send(new UploadPartCommand(part)))).toEqual({ code: 'InvalidRequest', status: 400 });
    await plain.send(new UploadPartCommand({ ...part, ContentMD5 }));
  });

  it('wants the checksums of all parts at the end, where an upload was begun with one', async () => {
    const Key = 'summed';
    const { UploadId } = await plain.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'CRC32' }),
    );
    const upload = { Bucket, Key, UploadId };
    const ContentMD5 = createHash('md5').update('x').digest('base64');
    const wrong = new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x', ContentMD5 });
    expect(await refusal(plain.send(wrong))).toEqual({ code: 'InvalidRequest', status: 400 });
    const CopySource = 'lakescope-lake/from';
    const copied = await plain.send(new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource }));
    const first = { PartNumber: 1, ETag: copied.CopyPartResult?.ETag };
    const summed = { ...first, ChecksumCRC32: copied.CopyPartResult?.ChecksumCRC32 };
    const complete = (part: object) =>
      plain.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [part] } }));

    await expect(complete(first)).rejects.toThrow('must include the checksum for each part');
    expect((await refusal(complete({ ...first, ChecksumCRC32: 'AAAAAA==' }))).code).toBe('InvalidPart');
    await complete(summed);
  });

  it.each(['WHEN_REQUIRED', 'WHEN_SUPPORTED'] as const)(
    'takes all that Delta and ingestion write, whatever the client sends by itself: %s',
    async (requestChecksumCalculation) => {
      const client = s3.client(undefined, { requestChecksumCalculation });
      const parts = { copy: 6 * MiB, send: 6 * MiB };
      const objects = new S3Objects({ client, bucket: Bucket, parts, pauseMs: 10 });
      const piece = async (offset: number, length: number) => large.subarray(offset, offset + length);
      const from = { bucket: 'lakescope-lake', key: 'from', sizeBytes: large.length };

      await objects.send('sent/empty', 0, piece);
      await objects.send('sent/small', 9, piece);
      await objects.send('sent/large', large.length, piece);
      await objects.copy(from, 'copied/large');
      await objects.copy({ ...from, sizeBytes: 9 }, 'copied/small');
      const storage = new S3Storage({ client, bucket: Bucket, prefix: requestChecksumCalculation, pauseMs: 10 });
      await storage.putIfAbsent('0.json', Buffer.from('first'));
      await storage.putIfAbsent('1.json', Buffer.from('by the short way'));
      await storage.put('_last_checkpoint', Buffer.from('hint'));

      for (const key of ['sent/large', 'copied/large', 'copied/small']) {
        const read = await objects.read(key);
        expect(read !== 'not-modified' && large.equals(read.bytes)).toBe(true);
      }
    },
  );
});
