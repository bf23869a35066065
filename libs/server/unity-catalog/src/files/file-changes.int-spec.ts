import { readFile, readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { LocalStack, Wire } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Ask, type Json, type Persona } from '../testing/unity-catalog-app';

const VOLUME = '/Volumes/shop/sales/files';
const MIB = 1024 ** 2;

describe('files that are written through the app', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;
  let other: UnityCatalogApp;
  let wire: Wire;

  beforeAll(async () => {
    stack = await LocalStack.start();
    await stack.volume('shop.sales.files', { 'there.txt': 'there', 'full/a/1': '1', 'full/2': '2' });
    await stack.workspace.grant('VOLUME', 'shop.sales.files', 'engineers', ['WRITE_VOLUME']);
    wire = await Wire.to(stack.workspace.port);
    app = await UnityCatalogApp.start(stack, { DATABRICKS_HOST: wire.url });
    other = await UnityCatalogApp.start(stack);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await other.stop();
    await app.stop();
    wire.close();
    await stack.stop();
  });

  it.each(['größe 📈 50%#?.txt', 'a%2Fb', `${'ö'.repeat(125)}.csv9`, "it's [1] & co;.csv", ' leading', '%2e', 'a b'])(
    'may be called %j',
    async (name) => {
      const written = await put('engineer', name, 'content');

      if (name === '%2e') expect(written.status).toBe(400);
      else {
        expect(written).toMatchObject({
          status: 200,
          body: { name, path: `${VOLUME}/${name}`, size_bytes: 7, is_directory: false },
        });
        expect(await stored(name)).toBe('content');
        const listed = await ask('analyst', `?path=${VOLUME}&limit=500`);
        // Headers tell of whole seconds, listings of the thousandth part: the tag is the same.
        expect((listed.body['items'] as Json[]).find((item) => item['name'] === name)).toMatchObject({
          etag: written.body['etag'],
        });
      }
    },
  );

  it('may be empty, and as large as one request', async () => {
    expect((await put('engineer', 'empty', '')).body).toMatchObject({ size_bytes: 0 });
    expect((await put('engineer', 'full.bin', Buffer.alloc(16 * MIB, 'x'))).body).toMatchObject({
      size_bytes: 16 * MIB,
    });
  });

  it('are refused when they are larger than that, whether or not that was said before', async () => {
    const [said, unsaid] = [
      await put('engineer', 'large.bin', Buffer.alloc(16 * MIB + 1)),
      await chunked('large.bin', 17, Buffer.alloc(MIB)),
    ];

    for (const { status, body } of [said, unsaid]) {
      expect([status, body['error_code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    }
    expect(await names()).not.toContain('large.bin');
  });

  it('replace nothing unless told to', async () => {
    expect(await put('engineer', 'there.txt', 'mine')).toMatchObject({
      status: 409,
      body: { error_code: 'ALREADY_EXISTS', technical_details: { path: `${VOLUME}/there.txt` } },
    });
    expect(await stored('there.txt')).toBe('there');

    expect(await put('engineer', 'there.txt', 'mine', '&overwrite=true')).toMatchObject({ status: 200 });
    expect(await stored('there.txt')).toBe('mine');
  });

  it('replace the version that was seen, and no other', async () => {
    const { body: first } = await put('engineer', 'seen.txt', 'first');
    const seen = { headers: { 'If-Match': String(first['etag']) } };

    const second = await put('engineer', 'seen.txt', 'second!', '', seen);
    expect(second).toMatchObject({ status: 200, body: { size_bytes: 7 } });
    expect(await put('engineer', 'seen.txt', 'third', '', seen)).toMatchObject({
      status: 412,
      body: { error_code: 'PRECONDITION_FAILED', technical_details: { etag: second.body['etag'] } },
    });
    expect(await put('engineer', 'never.txt', 'x', '', { headers: { 'If-Match': '*' } })).toMatchObject({
      status: 412,
      body: { technical_details: { etag: null } },
    });
    expect(await stored('seen.txt')).toBe('second!');
    const { body: emptied } = await put('engineer', 'seen.txt', '', '', {
      headers: { 'If-Match': String(second.body['etag']) },
    });
    expect(emptied).toMatchObject({ size_bytes: 0 });
  });

  it('that two people create or replace at once are those of one, and the other is told', async () => {
    for (let round = 0; round < 5; round += 1) {
      const name = `race-${round}.txt`;
      const created = await Promise.all([put('engineer', name, 'one'), put('admin', name, 'two!', '', {}, other)]);
      expect(created.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = created.find(({ status }) => status === 200);
      const etag = { headers: { 'If-Match': String(winner?.body['etag']) } };

      const replaced = await Promise.all([
        put('engineer', name, 'replaced 1', '', etag),
        put('admin', name, 'replaced by 2', '', etag, other),
      ]);
      const ok = replaced.filter(({ status }) => status === 200);
      expect([ok.length, replaced.filter(({ status }) => status === 409 || status === 412).length]).toEqual([1, 1]);
      expect((await stored(name)).length).toBe(ok[0]?.body['size_bytes']);
    }
  });

  it('are not there when the browser goes away in the middle, and are what they were before', async () => {
    await put('engineer', 'half.txt', 'whole');

    await cutOff('half.txt');
    await cutOff('never-half.txt');

    expect(await stored('half.txt')).toBe('whole');
    expect(await names()).not.toContain('never-half.txt');
  });

  it('are refused to those who may only read', async () => {
    for (const answer of [
      await put('analyst', 'not-mine.txt', 'x'),
      await ask('analyst', `?path=${VOLUME}/there.txt`, { method: 'DELETE' }),
      await ask('analyst', '/directory', { method: 'PUT', json: { path: `${VOLUME}/new` } }),
      await ask('analyst', `/directory?path=${VOLUME}/full`, { method: 'DELETE' }),
    ]) {
      expect([answer.status, answer.body['error_code']]).toEqual([403, 'PERMISSION_DENIED']);
    }
    for (const answer of [
      await ask('outsider', '/download-url', { method: 'POST', json: { path: `${VOLUME}/there.txt` } }),
      await ask('outsider', `/preview?path=${VOLUME}/there.txt`),
    ]) {
      expect([answer.status, 'url' in answer.body || 'text' in answer.body]).toEqual([403, false]);
    }
  });

  it('lie in directories that are made once and deleted when they are empty', async () => {
    const path = `${VOLUME}/made/inner dir`;

    for (const again of [1, 2]) {
      expect([again, await ask('engineer', '/directory', { method: 'PUT', json: { path } })]).toMatchObject([
        again,
        { status: 200, body: { path, name: 'inner dir', is_directory: true } },
      ]);
    }
    expect((await ask('engineer', `/directory?path=${path}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask('engineer', `/directory?path=${path}`, { method: 'DELETE' })).body).toMatchObject({
      error_code: 'NOT_FOUND',
    });
    expect(
      await ask('engineer', '/directory', { method: 'PUT', json: { path: `${VOLUME}/there.txt/below` } }),
    ).toMatchObject({ status: 409, body: { error_code: 'ALREADY_EXISTS' } });
  });

  it('keep their directory from being deleted, and say how many they are', async () => {
    expect(await ask('engineer', `/directory?path=${VOLUME}/full`, { method: 'DELETE' })).toMatchObject({
      status: 409,
      body: { error_code: 'CONFLICT', technical_details: { entry_count: 2, entry_count_is_exact: true } },
    });
    expect(await names('full')).toEqual(['2', 'a']);
  });

  it('are deleted one by one, and never a volume', async () => {
    await put('engineer', 'gone.txt', 'x');

    expect((await ask('engineer', `?path=${VOLUME}/gone.txt`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask('engineer', `?path=${VOLUME}/gone.txt`, { method: 'DELETE' })).status).toBe(404);
    for (const path of ['', '/directory']) {
      expect(await ask('engineer', `${path}?path=${VOLUME}`, { method: 'DELETE' })).toMatchObject({ status: 400 });
    }
  });

  it('are linked to for a quarter of an hour', async () => {
    const { status, body } = await ask('analyst', '/download-url', {
      method: 'POST',
      json: { path: `${VOLUME}/full/2` },
    });

    expect([status, Object.keys(body)]).toEqual([200, ['url', 'expires_at']]);
    expect(await (await fetch(String(body['url']))).text()).toBe('2');
    expect(Date.parse(String(body['expires_at'])) - Date.now()).toBeGreaterThan(600_000);
  });

  it('are not linked to where the platform offers no links', async () => {
    stack.workspace.faults.add({ method: 'POST', pathPrefix: '/api/2.0/fs/create-download-url', status: 404 });
    const link = (name: string) =>
      ask('analyst', '/download-url', { method: 'POST', json: { path: `${VOLUME}/${name}` } });

    expect(await link('full/2')).toMatchObject({ status: 422, body: { error_code: 'UNSUPPORTED_STORAGE' } });
    expect(await link('never.txt')).toMatchObject({ status: 404, body: { error_code: 'NOT_FOUND' } });
  });

  it.each([429, 500, 503])('are not half written when the platform answers %d in the middle', async (status) => {
    stack.workspace.faults.add({ method: 'PUT', pathPrefix: '/api/2.0/fs/files', status });

    const answer = await put('engineer', `failed-${status}.bin`, Buffer.alloc(2 * MIB), '&overwrite=true');

    expect(answer.status).toBe(status === 500 ? 502 : status);
    stack.workspace.faults.clear();
    expect(await names()).not.toContain(`failed-${status}.bin`);
    expect((await put('engineer', `failed-${status}.bin`, 'again')).status).toBe(200);
  });

  it('come as they are: packed bytes would be stored packed', async () => {
    const packed = await put('engineer', 'packed.gz', 'x', '', { headers: { 'Content-Encoding': 'gzip' } });

    expect(packed).toMatchObject({ status: 415, body: { error_code: 'UNSUPPORTED_MEDIA_TYPE' } });
  });

  function ask(as: Persona, path: string, init: Ask = {}, on = app): Promise<Answer> {
    return on.ask(as, `/unity-catalog/files${path}`, init);
  }

  function put(as: Persona, name: string, content: string | Buffer, query = '', init: Ask = {}, on = app) {
    const path = encodeURIComponent(`${VOLUME}/${name}`);
    const body = typeof content === 'string' ? content : new Uint8Array(content);
    return ask(as, `/content?path=${path}${query}`, { ...init, method: 'PUT', body }, on);
  }

  /** A body whose length nobody knows. */
  function chunked(name: string, times: number, chunk: Buffer): Promise<Answer> {
    const body = new ReadableStream({
      start(controller) {
        for (let index = 0; index < times; index += 1) controller.enqueue(new Uint8Array(chunk));
        controller.close();
      },
    });
    return ask('engineer', `/content?path=${VOLUME}/${name}`, { method: 'PUT', body, duplex: 'half' } as Ask);
  }

  /** Sends a part of what it says it will send, then the line is cut. */
  async function cutOff(name: string): Promise<void> {
    const token = await stack.token('engineer');
    const sending = request(`${app.url}/api/v1/unity-catalog/files/content?path=${VOLUME}/${name}&overwrite=true`, {
      method: 'PUT',
      headers: { 'X-Forwarded-Access-Token': token, 'Content-Length': 1_000_000 },
    });
    const ended = new Promise((resolve) => sending.on('error', resolve));
    await new Promise((resolve) => sending.write(Buffer.alloc(500_000), resolve));
    const before = wire.ended;
    sending.destroy();
    await ended;
    const end = Date.now() + 5_000;
    // The line to the platform is cut, too: it has nothing more to wait for.
    while (wire.ended === before && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(wire.ended).toBeGreaterThan(before);
  }

  async function stored(name: string): Promise<string> {
    return readFile(join(stack.workspace.volumeDirectory('shop', 'sales', 'files'), name), 'utf8');
  }

  async function names(folder = ''): Promise<string[]> {
    return (await readdir(join(stack.workspace.volumeDirectory('shop', 'sales', 'files'), folder))).sort();
  }
});
