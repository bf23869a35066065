import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';

describe('conditional writes over the official client', () => {
  let s3: GivenS3;
  let client: S3Client;
  const Bucket = 'lakescope-lake';

  beforeAll(async () => {
    s3 = await givenS3();
    client = s3.client();
  });
  afterAll(() => s3.stop());

  const put = (Key: string, Body: string, condition: Partial<PutObjectCommandInput> = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }));
  const read = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  const lost = { code: 'PreconditionFailed', status: 412 };

  it('let one of many writers be the first, each time', async () => {
    for (let version = 0; version < 25; version += 1) {
      const Key = `t/_delta_log/${String(version).padStart(20, '0')}.json`;
      const writers = Array.from({ length: 8 }, (_, writer) => put(Key, `writer ${writer}`, { IfNoneMatch: '*' }));
      const outcomes = await Promise.allSettled(writers);
      const winners = outcomes.flatMap(({ status }, writer) => (status === 'fulfilled' ? [writer] : []));

      expect(winners).toHaveLength(1);
      expect(await read(Key)).toBe(`writer ${winners[0]}`);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(await refusal(Promise.reject(outcome.reason))).toEqual(lost);
    }
  });

  it('let one of many be the first also where the key can be no path', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, writer) => put('no//path', `writer ${writer}`, { IfNoneMatch: '*' })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('lose against a file that somebody else made', async () => {
    await put('u/0.json', 'ours');
    await writeFile(join(s3.stateDirectory, 'tables/u/1.json'), 'theirs');
    expect(await refusal(put('u/1.json', 'ours', { IfNoneMatch: '*' }))).toEqual(lost);
    expect(await read('u/1.json')).toBe('theirs');
  });

  it('replace only what was seen', async () => {
    const { ETag } = await put('seen', 'v1');
    const first = await put('seen', 'v2', { IfMatch: ETag });
    expect(await refusal(put('seen', 'v3', { IfMatch: ETag }))).toEqual(lost);
    expect(await read('seen')).toBe('v2');
    expect((await put('seen', 'v4', { IfMatch: first.ETag })).ETag).not.toBe(first.ETag);
    expect(await refusal(put('never', 'v1', { IfMatch: ETag }))).toEqual({ code: 'NoSuchKey', status: 404 });
  });

  it('let one of many replace a version', async () => {
    const { ETag } = await put('counter', '0');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, writer) => put('counter', `${writer + 1}`, { IfMatch: ETag })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('hold for copies and deletions too', async () => {
    const { ETag } = await put('source', 'source');
    await put('target', 'target');
    const copy = { Bucket, Key: 'target', CopySource: `${Bucket}/source`, IfNoneMatch: '*' };
    expect(await refusal(client.send(new CopyObjectCommand(copy)))).toEqual(lost);
    const remove = (IfMatch?: string) => client.send(new DeleteObjectCommand({ Bucket, Key: 'target', IfMatch }));
    expect(await refusal(remove(ETag))).toEqual(lost);
    expect(await read('target')).toBe('target');
  });

  it('know no other If-None-Match than *', async () => {
    expect(await refusal(put('other', 'x', { IfNoneMatch: '"abc"' }))).toEqual({ code: 'NotImplemented', status: 501 });
  });

  it('without a condition the last one stays, whole', async () => {
    const bodies = Array.from({ length: 12 }, (_, writer) => String(writer).repeat(100_000));
    await Promise.all(bodies.map((body) => put('many', body)));
    expect(bodies).toContain(await read('many'));
  });
});
