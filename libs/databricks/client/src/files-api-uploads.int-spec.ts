import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabricksClients } from './databricks-clients';
import type { FilesApi } from './files-api';
import { Secret } from './secret';

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  complete: boolean;
}
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const FILE = '/Volumes/c/s/v/a b.txt';
const CHUNKS = ['one', 'two', 'three'].map((text) => Buffer.from(text));

/** A platform that misbehaves as the local workspace would not. */
describe('uploads of the client', () => {
  let server: Server;
  let origin: string;
  let clients: DatabricksClients;
  let files: FilesApi;
  let seen: Seen[];
  let answers: Handler[];

  beforeEach(async () => {
    seen = [];
    answers = [];
    server = createServer((request, response) => take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    clients = new DatabricksClients({ host: origin, product: { name: 'lakescope', version: '1.2.3' } });
    files = clients.asUser({ token: new Secret('user-token') }).files;
  });

  afterEach(async () => {
    await clients.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function take(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: '', complete: false };
    seen.push(entry);
    request.on('data', (chunk: Buffer) => (entry.body += chunk.toString()));
    request.on('end', () => (entry.complete = request.complete));
    // What the client breaks off is seen by what is incomplete.
    request.on('error', () => undefined);
    (answers.shift() ?? done)(request, response);
  }
  const afterBody =
    (handler: Handler): Handler =>
    (request, response) =>
      void request.on('end', () => handler(request, response));
  const refusal =
    (status: number, body: object): Handler =>
    (_request, response) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const json = (status: number, body: object) => afterBody(refusal(status, body));
  const done = afterBody((_request, response) => void response.writeHead(204).end());
  const cut = afterBody((request) => void request.socket.destroy());

  it('send bytes with their length', async () => {
    await files.upload(FILE, Buffer.from('content'), { overwrite: true });

    expect(seen).toEqual([
      expect.objectContaining({ method: 'PUT', url: '/api/2.0/fs/files/Volumes/c/s/v/a%20b.txt?overwrite=true' }),
    ]);
    expect(seen[0]).toMatchObject({ body: 'content', headers: { 'content-length': '7' } });
  });

  it('send an empty file', async () => {
    await files.upload(FILE, new Uint8Array(0), { overwrite: false });

    expect(seen[0]).toMatchObject({ body: '', headers: { 'content-length': '0' }, complete: true });
  });

  it('send a stream of unknown length in chunks, and one of known length with it', async () => {
    await files.upload(FILE, Readable.from(CHUNKS), { overwrite: true });
    await files.upload(FILE, Readable.from(CHUNKS), { overwrite: true, sizeBytes: 11 });

    expect(seen.map(({ body }) => body)).toEqual(['onetwothree', 'onetwothree']);
    expect(seen.map(({ headers }) => [headers['content-length'], headers['transfer-encoding']])).toEqual([
      [undefined, 'chunked'],
      ['11', undefined],
    ]);
  });

  it('are not tried again when something of a stream was sent', async () => {
    answers = [cut];

    await expect(files.upload(FILE, Readable.from(CHUNKS), { overwrite: true })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(seen).toHaveLength(1);
  });

  it('are tried again from the first byte when the content can be opened again', async () => {
    answers = [cut];

    await files.upload(FILE, () => Readable.from(CHUNKS), { overwrite: true });

    expect(seen.map(({ body }) => body)).toEqual(['onetwothree', 'onetwothree']);
  });

  it('are tried again when the platform is busy and the content is in memory', async () => {
    answers = [json(503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'busy' })];

    await files.upload(FILE, Buffer.from('content'), { overwrite: true });

    expect(seen.map(({ body }) => body)).toEqual(['content', 'content']);
  });

  it('that must not overwrite are not tried again, for they would find their own file', async () => {
    answers = [cut];

    await expect(files.upload(FILE, Buffer.from('content'), { overwrite: false })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(seen).toHaveLength(1);
  });

  it('are told that a file is there while they still send', async () => {
    answers = [refusal(409, { error_code: 'ALREADY_EXISTS', message: 'The file being created already exists.' })];
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          yield Buffer.alloc(65_536);
          await sleep(1);
        }
      })(),
    );

    await expect(files.upload(FILE, endless, { overwrite: false })).rejects.toMatchObject({ kind: 'already_exists' });
    expect(endless.destroyed).toBe(true);
  });

  it.each([
    ['more', 10],
    ['less', 12],
  ])('fail when a stream has %s than was said', async (_what, sizeBytes) => {
    await expect(files.upload(FILE, Readable.from(CHUNKS), { overwrite: true, sizeBytes })).rejects.toMatchObject({
      kind: 'bad_request',
    });
    expect(seen.filter(({ complete }) => complete)).toEqual([]);
  });

  it('fail when their source fails, which says nothing about the platform', async () => {
    const broken = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from('one');
          await sleep(1);
          throw new Error('the browser left');
        })(),
      );

    for (let round = 0; round < 12; round += 1) {
      await expect(files.upload(FILE, broken(), { overwrite: true })).rejects.toMatchObject({ kind: 'aborted' });
    }

    expect(seen.some(({ complete }) => complete)).toBe(false);
    await expect(files.upload(FILE, Buffer.from('x'), { overwrite: true })).resolves.toBeUndefined();
  });

  it('may last longer than the deadline as long as they move', async () => {
    const slow = Readable.from(
      (async function* () {
        for (const chunk of CHUNKS) {
          await sleep(200);
          yield chunk;
        }
      })(),
    );

    await files.upload(FILE, slow, { overwrite: true, deadlineMs: 400 });

    expect(seen[0]?.body).toBe('onetwothree');
  });

  it('end at the deadline when nothing moves', async () => {
    const silent = new Readable({ read: () => undefined });

    await expect(files.upload(FILE, silent, { overwrite: true, deadlineMs: 100 })).rejects.toMatchObject({
      kind: 'timeout',
    });
    expect(silent.destroyed).toBe(true);
  });

  it('end when the caller leaves', async () => {
    const left = new AbortController();
    const silent = new Readable({ read: () => left.abort() });

    await expect(files.upload(FILE, silent, { overwrite: true, signal: left.signal })).rejects.toMatchObject({
      kind: 'aborted',
    });
  });

  it('are not begun when the file is newer than it may be', async () => {
    answers = [(_request, response) => void response.writeHead(412).end()];

    await expect(
      files.upload(FILE, Buffer.from('x'), { overwrite: true, ifUnmodifiedSince: 'Sat, 31 Jan 2026 10:00:00 GMT' }),
    ).rejects.toMatchObject({ kind: 'precondition_failed' });
    expect(seen.map(({ method, headers }) => [method, headers['if-unmodified-since']])).toEqual([
      ['HEAD', 'Sat, 31 Jan 2026 10:00:00 GMT'],
    ]);
  });

  describe('in parts', () => {
    const session = { path: FILE, token: 'session-token' };
    const link = (url: string, headers: object[] = []) =>
      json(200, { upload_part_urls: [{ url, part_number: 2, headers }] });
    const stored = afterBody((_request, response) => void response.writeHead(200, { etag: '"e2"' }).end());

    it('go to the link without a token and with its headers', async () => {
      answers = [link(`${origin}/bucket/key?signature=s%2Fx`, [{ name: 'X-Kind', value: 'Block' }]), stored];

      const part = await files.multipart.sendPart(session, 2, Buffer.from('part'));

      expect(part).toEqual({ part_number: 2, etag: '"e2"' });
      expect(seen[1]).toMatchObject({ method: 'PUT', url: '/bucket/key?signature=s%2Fx', body: 'part' });
      expect(seen[1]?.headers).toMatchObject({ 'x-kind': 'Block', 'content-length': '4' });
      expect(seen[1]?.headers.authorization).toBeUndefined();
    });

    it('are tried again when the storage cuts the connection', async () => {
      answers = [link(`${origin}/bucket/key?signature=s`), cut, stored];

      await files.multipart.sendPart(session, 2, () => Readable.from(CHUNKS), { sizeBytes: 11 });

      expect(seen.map(({ body }) => body).slice(1)).toEqual(['onetwothree', 'onetwothree']);
    });

    it('fail without telling the signature', async () => {
      answers = [link(`${origin}/bucket/key?signature=hush`), json(403, { message: 'no' })];

      const failure: unknown = await files.multipart
        .sendPart(session, 2, Buffer.from('x'))
        .catch((error: unknown) => error);

      expect(failure).toMatchObject({ kind: 'permission_denied', operation: 'PUT /bucket/key' });
      expect(JSON.stringify(failure)).not.toContain('hush');
    });

    it.each(['http://storage.example/key', 'ftp://127.0.0.1/key', 'nonsense', 'https://user:word@storage.example/'])(
      'do not follow the link %s',
      async (url) => {
        answers = [link(url)];

        await expect(files.multipart.sendPart(session, 2, Buffer.from('x'))).rejects.toMatchObject({
          kind: 'upstream',
        });
        expect(seen).toHaveLength(1);
      },
    );

    it('want to know the length of a stream', async () => {
      await expect(files.multipart.sendPart(session, 2, Readable.from(CHUNKS))).rejects.toMatchObject({
        kind: 'bad_request',
      });
      expect(seen).toEqual([]);
    });

    it('are completed once more when the answer was lost', async () => {
      answers = [cut, json(200, {})];

      await files.multipart.complete(session, [
        { part_number: 2, etag: '"b"' },
        { part_number: 1, etag: '"a"' },
      ]);

      expect(seen).toHaveLength(2);
      expect(JSON.parse(seen[1]?.body ?? '')).toEqual({
        parts: [
          { part_number: 1, etag: '"a"' },
          { part_number: 2, etag: '"b"' },
        ],
      });
    });

    it('are not begun on a platform that offers no parts', async () => {
      answers = [json(200, { resumable_upload: { session_token: 'x' } })];

      await expect(files.multipart.start(FILE, { overwrite: true })).rejects.toMatchObject({ kind: 'upstream' });
    });
  });
});
