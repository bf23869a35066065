import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

describe('listings over the official client', () => {
  let s3: GivenS3;
  let client: S3Client;
  const Bucket = 'listed';
  // Folders, files beside them, keys that are both, keys that can be no path, and characters on both sides of `/`.
  const keys = [
    'a',
    'a!/x',
    'a+b/&<>"',
    'a/',
    'a/b',
    'a/b/c',
    'a/b/d',
    'a0',
    'b//c',
    'b/ü',
    'b/\u{1f600}',
    'b/\uff5e',
    'c/1/2/3',
    'c/1/2/4',
    'c/5',
    'line\nfeed',
    'z',
  ].sort(byBytes);

  beforeAll(async () => {
    s3 = await givenS3();
    client = s3.client();
    await client.send(new CreateBucketCommand({ Bucket }));
    for (const Key of [...keys].reverse()) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  });
  afterAll(() => s3.stop());

  async function all(query: Partial<ListObjectsV2CommandInput>, pageSize = 1000): Promise<string[]> {
    const names: string[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize }, { Bucket, ...query })) {
      const onPage = [
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ];
      expect(page.KeyCount).toBe(onPage.length);
      expect(onPage.length).toBeLessThanOrEqual(pageSize);
      names.push(...onPage.map((name) => name ?? ''));
    }
    return names;
  }

  /** What a listing is by its definition. */
  function expected({ Prefix = '', Delimiter = '', StartAfter = '' }: Partial<ListObjectsV2CommandInput>): string[] {
    const names = keys
      .filter((key) => key.startsWith(Prefix) && byBytes(key, StartAfter) > 0)
      .map((key) => {
        const end = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length);
        return end < 0 ? key : key.slice(0, end + Delimiter.length);
      });
    return [...new Set(names)].filter((name) => name !== StartAfter);
  }

  const prefixes = [undefined, 'a', 'a/', 'a/b', 'a/b/', 'b/', 'b//', 'c/1', 'nothing', 'z', '/', 'c/1/2/3'];
  const queries = prefixes.flatMap((Prefix) =>
    [undefined, '/', '/b', '\u{1f600}'].flatMap((Delimiter) =>
      [undefined, 'a/', 'a/b/c', 'b', 'c/1/2/3', 'zz'].map((StartAfter) => ({ Prefix, Delimiter, StartAfter })),
    ),
  );

  it.each([1000, 1, 2, 5])('are what the keys make them, page by page of %d, for every question', async (pageSize) => {
    const asked = pageSize === 1000 ? queries : queries.filter((_, index) => index % 7 === pageSize);
    for (const query of asked) {
      const names = await all(query, pageSize);
      expect({ query, names: [...names].sort(byBytes) }).toEqual({ query, names: expected(query).sort(byBytes) });
      if (query.Delimiter === undefined) expect(names).toEqual(expected(query));
    }
  });

  it('say size, ETag and time of each', async () => {
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'z' }));
    expect(Contents).toEqual([
      {
        Key: 'z',
        Size: 1,
        ETag: '"fbade9e36a3f36d3d676c1b808451dd7"',
        LastModified: expect.any(Date),
        StorageClass: 'STANDARD',
      },
    ]);
  });

  it('encode names when asked to', async () => {
    const query = { Bucket, Prefix: 'a+b/', EncodingType: 'url' as const, Delimiter: '&' };
    const page = await client.send(new ListObjectsV2Command(query));
    expect([page.Prefix, page.Delimiter, page.CommonPrefixes]).toEqual(['a%2Bb/', '%26', [{ Prefix: 'a%2Bb/%26' }]]);
  });

  it('are told by the older call too, marker by marker', async () => {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 3, Delimiter: '/', Marker }));
      names.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      names.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(names.sort(byBytes)).toEqual(expected({ Delimiter: '/' }).sort(byBytes));
  });

  it('may be of no keys at all, and refuse numbers and tokens that are none', async () => {
    const none = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect([none.KeyCount, none.IsTruncated]).toEqual([0, false]);
    const ask = (query: object) => refusal(client.send(new ListObjectsV2Command({ Bucket, ...query })));
    expect(await ask({ MaxKeys: -1 })).toEqual({ code: 'InvalidArgument', status: 400 });
    expect(await ask({ ContinuationToken: 'made up' })).toEqual({ code: 'InvalidArgument', status: 400 });
  });

  it('hold files that others put into the folder, and no empty folders', async () => {
    const folder = join(s3.stateDirectory, 'tables');
    await mkdir(join(folder, 't1/_delta_log'), { recursive: true });
    await mkdir(join(folder, 'empty/below'), { recursive: true });
    await writeFile(join(folder, 't1/_delta_log/00000000000000000000.json'), '{}');

    const lake = { Bucket: 'lakescope-lake' };
    const { CommonPrefixes } = await client.send(new ListObjectsV2Command({ ...lake, Delimiter: '/' }));
    expect(CommonPrefixes).toEqual([{ Prefix: 't1/' }]);
    const { Contents } = await client.send(new ListObjectsV2Command({ ...lake, Prefix: 't1/_delta_log/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['t1/_delta_log/00000000000000000000.json']);
  });

  it('of a large folder go on page by page, and see what is added and removed between two of them', async () => {
    const folder = join(s3.stateDirectory, 'tables/large');
    await mkdir(folder, { recursive: true });
    const name = (index: number): string => `${String(index).padStart(20, '0')}.json`;
    for (let index = 0; index < 2500; index += 2) await writeFile(join(folder, name(index)), '');
    // Left alone for so long that it is remembered between pages.
    await utimes(folder, new Date(), new Date(Date.now() - 60_000));
    const page = async (ContinuationToken?: string) =>
      client.send(new ListObjectsV2Command({ Bucket: 'lakescope-lake', Prefix: 'large/', ContinuationToken }));
    const names = ({ Contents = [] }: { Contents?: { Key?: string }[] }) => Contents.map(({ Key }) => Key?.slice(6));

    const first = await page();
    const second = await page(first.NextContinuationToken);
    await writeFile(join(folder, name(2001)), '');
    await rm(join(folder, name(2002)));
    const again = await page(first.NextContinuationToken);

    expect([names(first).length, names(second).length]).toEqual([1000, 250]);
    expect([...names(first), ...names(second)]).toEqual(Array.from({ length: 1250 }, (_, index) => name(2 * index)));
    expect(names(again)).toEqual([name(2000), name(2001), ...names(second).slice(2)]);
  });

  it('of buckets tell of the lake and of those that were made', async () => {
    const names = async () => (await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);
    expect(await names()).toEqual(['lakescope-lake', 'listed']);
    await client.send(new CreateBucketCommand({ Bucket: 'second' }));
    await client.send(new HeadBucketCommand({ Bucket: 'second' }));
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    await client.send(new PutObjectCommand({ Bucket: 'second', Key: 'k', Body: 'k' }));
    const full = refusal(client.send(new DeleteBucketCommand({ Bucket: 'second' })));
    expect(await full).toEqual({ code: 'BucketNotEmpty', status: 409 });
    await client.send(new DeleteObjectCommand({ Bucket: 'second', Key: 'k' }));
    await client.send(new DeleteBucketCommand({ Bucket: 'second' }));
    expect(await names()).toEqual(['lakescope-lake', 'listed']);
    for (const bad of ['No', 'a..b', 'a', '127.0.0.1', 'under_score']) {
      expect((await refusal(client.send(new CreateBucketCommand({ Bucket: bad })))).status).toBe(400);
    }
  });
});
