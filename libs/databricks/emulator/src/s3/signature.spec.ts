import { decodeChunked } from './chunked-body';
import { readTarget } from './s3-request';
import { EMPTY_SHA256, sha256, signingKey, signRequest } from './signature';

// The worked examples of the S3 API reference ("Signature calculations for the Authorization header", "Chunked uploads").
const SCOPE = '20130524/us-east-1/s3/aws4_request';
const DATE = '20130524T000000Z';
const HOST = 'examplebucket.s3.amazonaws.com';
const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', SCOPE);
const context = { date: DATE, scope: SCOPE, key };

function sign(
  method: string,
  url: string,
  headers: readonly (readonly [string, string])[],
  payloadHash: string,
): string {
  const { canonicalPath, query } = readTarget(url, undefined);
  return signRequest({ method, canonicalPath, query, headers, payloadHash }, context);
}

describe('Signature Version 4', () => {
  it('signs a GET of a range as published', () => {
    const headers = [
      ['host', HOST],
      ['range', 'bytes=0-9'],
      ['x-amz-content-sha256', EMPTY_SHA256],
      ['x-amz-date', DATE],
    ] as const;
    expect(sign('GET', '/test.txt', headers, EMPTY_SHA256)).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  it('signs a PUT of a name with a special character as published', () => {
    const hash = sha256('Welcome to Amazon S3.');
    const headers = [
      ['date', 'Fri, 24 May 2013 00:00:00 GMT'],
      ['host', HOST],
      ['x-amz-content-sha256', hash],
      ['x-amz-date', DATE],
      ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ] as const;
    expect(sign('PUT', '/test%24file.text', headers, hash)).toBe(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    );
  });

  it('signs a query as published', () => {
    const headers = [
      ['host', HOST],
      ['x-amz-content-sha256', EMPTY_SHA256],
      ['x-amz-date', DATE],
    ] as const;
    expect(sign('GET', '/?prefix=J&max-keys=2', headers, EMPTY_SHA256)).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    );
  });

  it('signs a presigned URL as published', () => {
    const url =
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host';
    expect(sign('GET', url, [['host', HOST]], 'UNSIGNED-PAYLOAD')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });
});

describe('a body in signed chunks', () => {
  const seed = {
    ...context,
    signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  };
  const published = [
    '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n',
    'a'.repeat(65_536),
    '\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n',
    'a'.repeat(1024),
    '\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
  ].join('');

  async function decode(text: string, pieceBytes: number): Promise<string> {
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < text.length; at += pieceBytes) yield Buffer.from(text.slice(at, at + pieceBytes));
    }
    let decoded = '';
    const format = { context: seed, trailer: false, onTrailers: () => undefined };
    for await (const piece of decodeChunked(pieces(), format)) decoded += piece.toString();
    return decoded;
  }

  it.each([1, 7, 1000, 100_000])('is taken as published, in pieces of %d bytes', async (pieceBytes) => {
    expect(await decode(published, pieceBytes)).toBe('a'.repeat(66_560));
  });

  it('is refused when one byte of it, or one signature, is another', async () => {
    await expect(decode(published.replace('aaaa\r\n400', 'aaab\r\n400'), 1000)).rejects.toThrow('does not match');
    await expect(decode(published.replace('b6c6', 'b6c7'), 1000)).rejects.toThrow('does not match');
    await expect(decode(published.replace(';chunk-signature=0055', ';chunk-signature=0056'), 99)).rejects.toThrow(
      'does not',
    );
  });

  it('is refused when it ends too early or says something else', async () => {
    await expect(decode(published.slice(0, 7_000), 1000)).rejects.toThrow('terminated unexpectedly');
    await expect(decode(published.replace('\r\n400;', '\r\n'), 1000)).rejects.toThrow('malformed header');
    await expect(decode(`${'x'.repeat(10_000)}`, 1000)).rejects.toThrow('too long');
    await expect(decode('', 1000)).rejects.toThrow('terminated unexpectedly');
  });
});
