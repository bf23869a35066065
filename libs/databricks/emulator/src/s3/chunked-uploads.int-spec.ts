import { connect } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { givenS3, type GivenS3 } from '../testing/given-s3';
import { sendSigned, signedChunks, type SignedAnswer } from '../testing/signed-s3-request';
import { signChunk, signTrailer, type SigningContext } from './signature';

const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

describe('uploads in chunks', () => {
  let s3: GivenS3;
  const url = '/lakescope-lake/chunked';

  beforeAll(async () => {
    s3 = await givenS3();
  });
  afterAll(() => s3.stop());

  const put = (payloadHash: string, length: number, bodyOf: (context: SigningContext) => Buffer, more = {}) =>
    sendSigned(s3.endpoint, {
      method: 'PUT',
      url,
      payloadHash,
      bodyOf,
      headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': String(length), ...more },
    });
  const get = (): Promise<SignedAnswer> => sendSigned(s3.endpoint, { method: 'GET', url });
  const crcOf = (text: string): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(text));
    return bytes.toString('base64');
  };

  it('are taken apart, and the encoding is not kept', async () => {
    const chunks = ['one ', 'two ', 'three'];
    const answer = await put(SIGNED, 13, (context) => signedChunks(context, chunks, signChunk));
    expect(answer.status).toBe(200);
    const { text, headers } = await get();
    expect([text, headers['content-encoding']]).toEqual(['one two three', undefined]);
  });

  it('with a signed trailer are taken when chunks and trailer are right', async () => {
    const format = `${SIGNED}-TRAILER`;
    const body = (crc: string) => (context: SigningContext) => {
      const chunks = signedChunks(context, ['trailed'], signChunk).toString();
      const signature = /;chunk-signature=(\w+)\r\n\r\n$/.exec(chunks)?.[1] ?? '';
      const trailer = `x-amz-checksum-crc32:${crc}\n`;
      const end = signTrailer({ ...context, signature }, trailer);
      return Buffer.from(`${chunks.slice(0, -2)}${trailer.trim()}\r\nx-amz-trailer-signature:${end}\r\n\r\n`);
    };
    const more = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
    expect((await put(format, 7, body(crcOf('trailed')), more)).status).toBe(200);
    expect((await get()).text).toBe('trailed');
    expect((await put(format, 7, body(crcOf('other')), more)).code).toBe('BadDigest');
    const forged = (context: SigningContext): Buffer =>
      Buffer.from(
        body(crcOf('trailed'))(context)
          .toString()
          .replace(/trailer-signature:./, 'trailer-signature:x'),
      );
    expect((await put(format, 7, forged, more)).code).toBe('SignatureDoesNotMatch');
  });

  it('are refused whole when anything in them is wrong, and what was there stays', async () => {
    await put(SIGNED, 4, (context) => signedChunks(context, ['kept'], signChunk));
    const good = (context: SigningContext): string => signedChunks(context, ['abcd', 'efgh'], signChunk).toString();
    const wrong: [string, (text: string) => string, string, number?][] = [
      ['a changed byte', (text) => text.replace('efgh', 'efgH'), 'SignatureDoesNotMatch'],
      ['chunks in another order', (text) => text.replace('abcd', 'efgh'), 'SignatureDoesNotMatch'],
      ['no signatures', (text) => text.replaceAll(/;chunk-signature=\w+/g, ''), 'SignatureDoesNotMatch'],
      ['an end too early', (text) => text.slice(0, text.indexOf('efgh') + 2), 'IncompleteBody'],
      ['no last chunk', (text) => text.slice(0, text.lastIndexOf('0;')), 'IncompleteBody'],
      ['a size that is none', (text) => text.replace(/^4;/, 'zz;'), 'InvalidRequest'],
      ['a size beyond all bodies', (text) => text.replace(/^4;/, 'ffffffffff;'), 'IncompleteBody'],
      ['a smaller size', (text) => text.replace(/^4;/, '2;'), 'SignatureDoesNotMatch'],
      ['less than announced', (text) => text, 'IncompleteBody', 9],
      ['more than announced', (text) => text, 'IncompleteBody', 7],
    ];
    for (const [what, change, code, length = 8] of wrong) {
      const answer = await put(SIGNED, length, (context) => Buffer.from(change(good(context))));
      expect([what, answer.code]).toEqual([what, code]);
    }
    const unannounced = await sendSigned(s3.endpoint, {
      method: 'PUT',
      url,
      payloadHash: SIGNED,
      body: Buffer.from('0'),
    });
    expect([unannounced.status, unannounced.code]).toEqual([411, 'MissingContentLength']);
    expect((await get()).text).toBe('kept');
    expect(await readdir(join(s3.stateDirectory, 's3/state/lakescope-lake/temporary'))).toEqual([]);
  });

  it('without signatures are taken on their checksum alone', async () => {
    const more = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
    const body = (crc: string) => () => Buffer.from(`5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`);
    expect((await put(UNSIGNED_TRAILER, 5, body(crcOf('hello')), more)).status).toBe(200);
    expect((await put(UNSIGNED_TRAILER, 5, body(crcOf('HELLO')), more)).code).toBe('BadDigest');
    expect((await put(UNSIGNED_TRAILER, 5, () => Buffer.from('5\r\nhello\r\n0\r\n\r\n'), more)).code).toBe('BadDigest');
    expect((await put(UNSIGNED_TRAILER, 5, body('x'), { 'x-amz-trailer': 'x-other' })).code).toBe('NotImplemented');
  });

  it('and all others are refused when the body is not the signed one', async () => {
    const payloadHash = 'a'.repeat(64);
    const other = await sendSigned(s3.endpoint, { method: 'PUT', url, body: Buffer.from('x'), payloadHash });
    expect([other.status, other.code]).toEqual([400, 'XAmzContentSHA256Mismatch']);
    const none = await sendSigned(s3.endpoint, { method: 'PUT', url, payloadHash: 'none' });
    expect([none.status, none.code]).toEqual([400, 'InvalidArgument']);
  });

  it('are not waited for when they will be refused anyway', async () => {
    const { port } = new URL(s3.endpoint.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'PUT /lakescope-lake/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\nexpect: 100-continue\r\n\r\n',
    );
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (piece) => (text += piece.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toContain('100 Continue');
  });
});
