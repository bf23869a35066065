import { connect } from 'node:net';
import { givenS3, type GivenS3 } from '../testing/given-s3';
import { sendSigned } from '../testing/signed-s3-request';

/** The same garbage for the same seed, so that a failure can be had again. */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const METHODS = 'GET HEAD PUT POST DELETE PATCH OPTIONS'.split(' ');
const PATHS = [
  '/',
  '//',
  '/lakescope-lake',
  '/lakescope-lake/',
  '/lakescope-lake/a',
  '/lakescope-lake/a/b',
  '/lakescope-lake/a//../b',
  '/lakescope-lake/%2e%2e/%2e%2e/etc/passwd',
  '/lakescope-lake/%00',
  '/lakescope-lake/%ff%fe',
  '/lakescope-lake/%zz',
  '/lakescope-lake/%F0%9F%98%80',
  '/..',
  '/%2e%2e/x',
  '/UPPER/x',
  '/no-such-bucket/x',
  `/lakescope-lake/${'k'.repeat(1025)}`,
  `/lakescope-lake/${'d/'.repeat(500)}x`,
];
const QUERIES = [
  'list-type=2 list-type=9 prefix=%00 prefix=a%2F delimiter=%2F delimiter=%F0%9F%98%80 max-keys=-1 max-keys=0 max-keys=1e9',
  'max-keys=99999999999 continuation-token=x continuation-token=1 start-after=%EF%BF%BF encoding-type=url encoding-type=x',
  'uploads uploadId=x uploadId=..%2F..%2Fx uploadId=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA partNumber=1 partNumber=0',
  'partNumber=x delete acl policy versioning location versionId=null versionId=x response-content-type=%0d%0a marker=x',
  'X-Amz-Date=x key-marker=a upload-id-marker=b max-uploads=x max-parts=0 part-number-marker=z fetch-owner=true __proto__=1',
  'constructor=x =x & %3D',
].flatMap((names) => names.split(' '));
const HEADERS: [string, string][] = [
  ['range', 'bytes=5-1'],
  ['range', 'bytes=-0'],
  ['range', 'bytes=99999999999999999999-'],
  ['range', 'bytes=0-0,2-3'],
  ['if-match', '*'],
  ['if-match', '"'],
  ['if-none-match', '*'],
  ['if-none-match', 'W/"x", "y"'],
  ['if-modified-since', 'yesterday'],
  ['if-unmodified-since', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['x-amz-copy-source', 'x'],
  ['x-amz-copy-source', '/lakescope-lake/a?versionId=../..'],
  ['x-amz-copy-source', '/lakescope-lake/%ff'],
  ['x-amz-copy-source', '/lakescope-lake/a'],
  ['x-amz-copy-source-range', 'bytes=0-99999999999'],
  ['x-amz-metadata-directive', 'MOVE'],
  ['x-amz-checksum-crc32', 'AAAA'],
  ['x-amz-checksum-sha256', '!'],
  ['x-amz-checksum-mode', 'ENABLED'],
  ['x-amz-trailer', 'x-amz-checksum-crc32'],
  ['x-amz-decoded-content-length', '-5'],
  ['content-md5', 'x'],
  ['content-encoding', 'aws-chunked,,gzip'],
  ['content-type', '\u00e4\u00f6/\u00fc'],
  ['x-amz-meta-x', 'm'.repeat(3000)],
  ['x-amz-meta-__proto__', '1'],
  ['x-amz-tagging', 'a=b'],
  ['x-amz-security-token', 'a.b'],
  ['expires', 'never'],
];
const BODIES = [
  '',
  'x',
  '<',
  '<Delete>',
  '<Delete></Delete>',
  '<Delete><Object></Object></Delete>',
  '<Delete><Object><Key>a&#0;b</Key></Object></Delete>',
  '<Delete><Object><Key>../../x</Key></Object><Quiet>x</Quiet></Delete>',
  '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&x;</Key></Object></Delete>',
  `<Delete>${'<a>'.repeat(5000)}`,
  `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1001)}</Delete>`,
  '<CompleteMultipartUpload><Part><PartNumber>x</PartNumber></Part></CompleteMultipartUpload>',
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#x110000;</ETag></Part></CompleteMultipartUpload>',
  `<a b='${'c'.repeat(100_000)}`,
  '&'.repeat(10_000),
  '\0\x01\x02\xff',
  '5;chunk-signature=\r\nhello\r\n0;\r\n\r\n',
];
const PAYLOADS = [
  undefined,
  'UNSIGNED-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  '__proto__',
];

const RAW = [
  'GARBAGE\r\n\r\n',
  '\0\x01\x02\x03\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET http://[ HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET * HTTP/1.1\r\nhost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /%E0%80%AF HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n',
  `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(10_000)}\r\n`,
  'PUT /lakescope-lake/x HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
  'PUT /lakescope-lake/x HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  'PUT /lakescope-lake/x HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\nauthorization: AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\nauthorization: AWS4-HMAC-SHA256 Credential=a/b/c,SignedHeaders=host,Signature=x\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\nx-amz-date: 99999999T999999Z\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\nauthorization: AWS a:b\r\n\r\n',
  'GET /?X-Amz-Algorithm=x HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: ..localhost\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: %00.localhost\r\n\r\n',
  'GET / HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\nhost: x\r\n\r\n',
  'CONNECT evil:443 HTTP/1.1\r\nhost: x\r\n\r\n',
];

describe('the S3 endpoint and garbage', () => {
  let s3: GivenS3;
  beforeAll(async () => {
    s3 = await givenS3();
  });
  afterAll(() => s3.stop());

  const failures = () =>
    s3.requestLog.entries().filter(({ status, failure }) => status === 500 || failure !== undefined);

  it.each([1, 2, 3])('answers whatever is signed and sent without failing itself (seed %d)', async (seed) => {
    const next = seeded(seed);
    const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
    const codes = new Set<string | undefined>();
    for (let turn = 0; turn < 300; turn += 1) {
      const query = Array.from({ length: next(4) }, () => pick(QUERIES)).join('&');
      const url = query === '' ? pick(PATHS) : `${pick(PATHS)}?${query}`;
      const headers = Object.fromEntries(Array.from({ length: next(3) }, () => pick(HEADERS)));
      const body = Buffer.from(pick(BODIES));
      const payloadHash = pick(PAYLOADS);
      const asked = { method: pick(METHODS), headers, body, ...(payloadHash === undefined ? {} : { payloadHash }) };
      const answer = await sendUnchecked({ ...asked, url });
      expect({ ...asked, url, status: answer.status }).not.toMatchObject({ status: 500 });
      codes.add(answer.code);
    }
    expect(failures()).toEqual([]);
    expect(codes.size).toBeGreaterThan(8);
  });

  /** A path that cannot even be signed is sent with the signature of another. */
  function sendUnchecked(asked: Parameters<typeof sendSigned>[1]): ReturnType<typeof sendSigned> {
    try {
      return sendSigned(s3.endpoint, asked);
    } catch {
      return sendSigned(
        { url: s3.endpoint.url, rootKeys: s3.endpoint.rootKeys },
        { ...asked, url: '/lakescope-lake/?x' },
      );
    }
  }

  it.each(RAW.map((bytes) => [bytes.slice(0, 80), bytes]))('refuses %j on a raw connection', async (_, bytes) => {
    const socket = connect(Number(new URL(s3.endpoint.url).port), '127.0.0.1');
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (piece) => (text += piece.toString('latin1')));
      socket.on('error', () => resolve(text));
      socket.on('close', () => resolve(text));
      socket.end(Buffer.from(bytes, 'latin1'));
    });
    expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    expect(failures()).toEqual([]);
  });

  it('goes on when clients go away in the middle', async () => {
    const { port } = new URL(s3.endpoint.url);
    for (let turn = 0; turn < 20; turn += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('PUT /lakescope-lake/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\nbeginning');
      await new Promise((resolve) => setTimeout(resolve, 2));
      socket.destroy();
    }
    const answer = await sendSigned(s3.endpoint, { method: 'GET', url: '/' });
    expect(answer.status).toBe(200);
    expect(failures()).toEqual([]);
  });
});
