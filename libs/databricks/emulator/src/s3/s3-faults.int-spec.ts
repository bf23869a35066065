import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { givenS3, refusal, type GivenS3 } from '../testing/given-s3';

describe('planned faults of the S3 endpoint', () => {
  let s3: GivenS3;
  const Bucket = 'lakescope-lake';

  beforeAll(async () => {
    s3 = await givenS3();
  });
  afterEach(() => s3.endpoint.faults.clear());
  afterAll(() => s3.stop());

  const put = (Key: string, Body: string, maxAttempts = 1) =>
    s3.client(undefined, { maxAttempts }).send(new PutObjectCommand({ Bucket, Key, Body }));
  const read = async (Key: string) =>
    (await s3.client().send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

  it('answer in place of the operation, as often as planned', async () => {
    s3.endpoint.faults.add({ method: 'PUT', pathPrefix: '/lakescope-lake/slow', status: 503, times: 2 });
    expect(await refusal(put('slow', 'x'))).toEqual({ code: 'SlowDown', status: 503 });
    await put('other', 'x');
    await put('slow', 'retried', 3);
    expect(await read('slow')).toBe('retried');
  });

  it('hit the keys below a prefix and nothing beside them, and may only wait', async () => {
    await put('below/a', 'a');
    await put('beside/a', 'b');
    s3.endpoint.faults.add({ pathPrefix: '/lakescope-lake/below/', status: 500 });
    s3.endpoint.faults.add({ pathPrefix: '/lakescope-lake/beside/', delayMs: 300, times: 1 });
    const from = performance.now();

    expect(await refusal(read('below/a'))).toEqual({ code: 'InternalError', status: 500 });
    expect(await read('beside/a')).toBe('b');
    expect(performance.now() - from).toBeGreaterThanOrEqual(295);
  });

  it('hide what was just written from the first who read it, and nothing with a longer name', async () => {
    await put('new10', 'old');
    s3.endpoint.faults.add({ method: 'PUT', pathPrefix: '/lakescope-lake/new', hideCreatedFor: 1, times: 1 });
    await put('new1', 'fresh');

    expect(await read('new10')).toBe('old');
    expect(await refusal(read('new1'))).toEqual({ code: 'NoSuchKey', status: 404 });
    expect(await read('new1')).toBe('fresh');
  });

  it('answer after the operation, which was done all the same', async () => {
    s3.endpoint.faults.add({ pathPrefix: '/lakescope-lake/after', status: 500, afterHandler: true, times: 1 });
    expect(await refusal(put('after', 'done'))).toEqual({ code: 'InternalError', status: 500 });
    expect(await read('after')).toBe('done');
  });

  it('cut the connection before the answer, or in the middle of a body', async () => {
    await put('cut', 'x'.repeat(1_000_000));
    s3.endpoint.faults.add({ method: 'HEAD', cut: 'connection', times: 1 });
    await expect(s3.client().send(new HeadObjectCommand({ Bucket, Key: 'cut' }))).rejects.toThrow();
    s3.endpoint.faults.add({ method: 'GET', cut: 'body', times: 1 });
    await expect(read('cut')).rejects.toThrow();
    expect(await read('cut')).toHaveLength(1_000_000);
  });

  it('say that a token has expired', async () => {
    s3.endpoint.faults.add({ token: 'expired', times: 1 });
    expect(await refusal(put('token', 'x'))).toEqual({ code: 'ExpiredToken', status: 400 });
  });

  it('and all requests are in the log, by the name of their operation', () => {
    const entries = s3.requestLog.entries().map(({ method, path, route, status }) => ({ method, path, route, status }));
    expect(entries).toContainEqual({
      method: 'PUT',
      path: '/lakescope-lake/other',
      route: 's3:PutObject',
      status: 200,
    });
    expect(s3.requestLog.gaps()).toEqual([]);
  });
});
