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
