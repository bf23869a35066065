import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { givenS3, type GivenS3 } from '../testing/given-s3';

describe('presigned URLs of the official presigner', () => {
  let s3: GivenS3;
  let clock = Date.now();
  const Bucket = 'lakescope-lake';
  const Key = 'shared/ä b+c.txt';

  beforeAll(async () => {
    s3 = await givenS3(() => clock);
  });
  beforeEach(() => {
    clock = Date.now();
  });
  afterAll(() => s3.stop());

  const toGet = (expiresIn: number, more: object = {}) =>
    getSignedUrl(s3.client(), new GetObjectCommand({ Bucket, Key, ...more }), { expiresIn });
  const toPut = (expiresIn: number) => getSignedUrl(s3.client(), new PutObjectCommand({ Bucket, Key }), { expiresIn });
  const answerOf = async (url: string, init?: RequestInit): Promise<[number, string]> => {
    const response = await fetch(url, init);
    return [response.status, await response.text()];
  };

  it('put and get without any header of their own', async () => {
    const put = await fetch(await toPut(60), { method: 'PUT', body: 'by link' });
    expect([put.status, put.headers.get('etag')]).toEqual([200, '"9da1db8978174c1f7ca0e83630a210b3"']);
    expect(await answerOf(await toGet(60))).toEqual([200, 'by link']);
    const range = await fetch(await toGet(60), { headers: { range: 'bytes=3-' } });
    expect([range.status, await range.text()]).toEqual([206, 'link']);
  });

  it('answer with the headers they were signed for', async () => {
    const url = await toGet(60, {
      ResponseContentDisposition: 'attachment; filename="x.txt"',
      ResponseContentType: 'text/x',
    });
    const { headers } = await fetch(url);
    expect([headers.get('content-disposition'), headers.get('content-type')]).toEqual([
      'attachment; filename="x.txt"',
      'text/x',
    ]);
  });

  it('end when they say', async () => {
    const url = await toGet(60);
    clock += 59_000;
    expect((await answerOf(url))[0]).toBe(200);
    clock += 3_000;
    const [status, body] = await answerOf(url);
    expect([status, body]).toEqual([
      403,
      expect.stringContaining('<Code>AccessDenied</Code><Message>Request has expired'),
    ]);
  });

  it('are good for this method, this key and these parameters only', async () => {
    const url = await toGet(60);
    for (const changed of [
      url.replace('shared', 'shareD'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
      `${url}&response-content-type=text%2Fhtml`,
      url.replace(/X-Amz-Signature=./, 'X-Amz-Signature=x'),
    ]) {
      expect(await answerOf(changed)).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
    }
    expect(await answerOf(url, { method: 'DELETE' })).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
    expect(await answerOf(url, { headers: { 'x-amz-acl': 'public-read' } })).toEqual([
      403,
      expect.stringContaining('not signed'),
    ]);
  });

  it('are refused when malformed, too long-lived, or signed twice', async () => {
    const url = await toGet(60);
    const code = async (changed: string, init?: RequestInit) =>
      /<Code>(\w+)/.exec((await answerOf(changed, init))[1])?.[1];
    expect(await code(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'))).toBe(
      'AuthorizationQueryParametersError',
    );
    expect(await code(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=-1'))).toBe('AuthorizationQueryParametersError');
    expect(await code(url.replace(/X-Amz-Date=\w+/, 'X-Amz-Date=yesterday'))).toBe('AuthorizationQueryParametersError');
    expect(await code(url.replace(/&?X-Amz-Signature=\w+/, ''))).toBe('AuthorizationQueryParametersError');
    expect(await code(url, { headers: { authorization: 'AWS4-HMAC-SHA256 x' } })).toBe('InvalidRequest');
    clock -= 3_600_000;
    expect(await answerOf(url)).toEqual([403, expect.stringContaining('Request is not yet valid')]);
  });

  it('of keys of a session end with the session', async () => {
    const keys = s3.endpoint.issue({ location: `s3://${Bucket}/shared`, readOnly: true, expiresInMs: 30_000 });
    const url = await getSignedUrl(s3.client(keys), new GetObjectCommand({ Bucket, Key }), { expiresIn: 3600 });
    expect(await answerOf(url)).toEqual([200, 'by link']);
    clock += 31_000;
    expect(await answerOf(url)).toEqual([400, expect.stringContaining('ExpiredToken')]);
  });
});
