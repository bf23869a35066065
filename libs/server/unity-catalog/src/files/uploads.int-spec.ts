import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Ask, type Json, type Persona } from '../testing/unity-catalog-app';

const VOLUME = '/Volumes/shop/sales/files';
const PART = 8 * 1024 ** 2;
/** Of the local workspace's word for an upload: 32 bytes. */
const TOKEN_CHARACTERS = 43;

describe('uploads in parts', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;
  let other: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    await stack.volume('shop.sales.files', { 'there.txt': 'there' });
    await stack.workspace.grant('VOLUME', 'shop.sales.files', 'engineers', ['WRITE_VOLUME']);
    app = await UnityCatalogApp.start(stack);
    other = await UnityCatalogApp.start(stack);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await other.stop();
    await app.stop();
    await stack.stop();
  });

  it('become a file when all parts are there, whatever their order and on whichever replica', async () => {
    const content = randomBytes(PART + 1000);
    const started = await start('engineer', 'large.bin', content.length);
    expect(started).toMatchObject({
      status: 201,
      body: { path: `${VOLUME}/large.bin`, part_count: 2, part_size_bytes: PART, parts_received: [], status: 'open' },
    });
    const id = String(started.body['upload_id']);

    expect((await part(other, id, 2, content.subarray(PART))).body).toMatchObject({ parts_received: [2] });
    expect((await complete(app, id)).body).toMatchObject({
      error_code: 'CONFLICT',
      technical_details: { missing_parts: [1] },
    });
    await part(app, id, 1, content.subarray(0, PART));
    expect((await ask('engineer', `/${id}`, {}, other)).body).toMatchObject({ parts_received: [1, 2] });
    const done = await complete(other, id);

    expect(done).toMatchObject({ status: 200, body: { name: 'large.bin', size_bytes: content.length } });
    expect((await stored('large.bin')).equals(content)).toBe(true);
  });

  it('are refused where a file is in the way, before anything is sent', async () => {
    expect(await start('engineer', 'there.txt', 100)).toMatchObject({
      status: 409,
      body: { error_code: 'ALREADY_EXISTS' },
    });
    expect((await start('engineer', 'there.txt', 100, { overwrite: true })).status).toBe(201);
    expect(await start('engineer', 'there.txt', 100, { if_match: '"other"' })).toMatchObject({
      status: 412,
      body: { error_code: 'PRECONDITION_FAILED' },
    });
    expect((await start('engineer', 'huge.bin', 5 * 1024 ** 3 + 1)).body).toMatchObject({
      error_code: 'PAYLOAD_TOO_LARGE',
      technical_details: { max_size_bytes: 5 * 1024 ** 3 },
    });
    expect((await start('engineer', 'huge.bin', 5 * 1024 ** 3)).body).toMatchObject({ part_count: 640 });
  });

  it('are those of one person: nobody else sees, sends, completes or ends them', async () => {
    const id = await started('mine.bin', 3);

    for (const as of ['admin', 'analyst'] as const) {
      const answers = [
        await ask(as, `/${id}`),
        await part(app, id, 1, Buffer.from('abc'), as),
        await complete(app, id, as),
        await ask(as, `/${id}`, { method: 'DELETE' }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    }
    expect((await start('analyst', 'not-mine.bin', 3)).body).toMatchObject({ error_code: 'PERMISSION_DENIED' });
    expect((await ask('engineer', `/${id}`)).body).toMatchObject({ parts_received: [] });
  });

  it('take a part twice: what came last counts', async () => {
    const id = await started('twice.bin', 5);

    await part(app, id, 1, Buffer.from('first'));
    expect((await part(other, id, 1, Buffer.from('later'))).body).toMatchObject({ parts_received: [1] });
    await complete(app, id);

    expect(String(await stored('twice.bin'))).toBe('later');
  });

  it('refuse parts of another length, and parts there are none of', async () => {
    const id = await started('lengths.bin', PART + 5);

    for (const [number, length] of [
      [1, 5],
      [2, 6],
      [2, 4],
      [2, 0],
    ] as const) {
      expect((await part(app, id, number, Buffer.alloc(length))).body).toMatchObject({
        error_code: 'INVALID_REQUEST',
        technical_details: { fields: [{ path: 'body', message: `must have ${number === 1 ? PART : 5} bytes` }] },
      });
    }
    expect(await chunkedPart(id, 2, ['123', '456'])).toMatchObject({ status: 400 });
    expect(await chunkedPart(id, 2, ['12', '34'])).toMatchObject({ status: 400 });
    for (const number of ['0', '3', '-1', '1.5', 'x', '1e1']) {
      expect((await ask('engineer', `/${id}/parts/${number}`, { method: 'PUT', body: 'x' })).status).toBe(400);
    }
    expect((await part(app, id, 2, Buffer.alloc(16 * 1024 ** 2 + 1))).status).toBe(413);
    expect((await ask('engineer', `/${id}`)).body).toMatchObject({ parts_received: [] });
    expect((await chunkedPart(id, 2, ['123', '45'])).body).toMatchObject({ parts_received: [2] });
  });

  it('go on after a part was cut, by the browser or by the storage', async () => {
    const content = randomBytes(PART);
    const id = await started('cut.bin', PART);

    await cutPart(id, content);
    expect((await ask('engineer', `/${id}`)).body).toMatchObject({ parts_received: [] });
    for (const [fault, code] of [
      [{ cut: 'connection' }, 'SERVICE_UNAVAILABLE'],
      [{ status: 429 }, 'RATE_LIMITED'],
      [{ status: 503 }, 'SERVICE_UNAVAILABLE'],
      [{ status: 500 }, 'UPSTREAM_ERROR'],
    ] as const) {
      stack.workspace.faults.add({ method: 'PUT', pathPrefix: '/.storage', times: 1, ...fault });
      expect([fault, (await part(app, id, 1, content)).body['error_code']]).toEqual([fault, code]);
    }
    await part(app, id, 1, content);

    expect((await complete(app, id)).status).toBe(200);
    expect((await stored('cut.bin')).equals(content)).toBe(true);
  });

  it('are complete when the answer to it was lost, and only once', async () => {
    const { body: before } = await app.ask('engineer', `/unity-catalog/files/content?path=${VOLUME}/lost.txt`, {
      method: 'PUT',
      body: 'before',
    });
    const conditions = [{}, { overwrite: true }, { if_match: before['etag'] }];
    for (const [index, condition] of conditions.entries()) {
      const name = 'if_match' in condition ? 'lost.txt' : `lost-${index}.txt`;
      const id = await started(name, 5, condition);
      await part(app, id, 1, Buffer.from('after'));
      const path = '/api/2.0/fs/files';
      stack.workspace.faults.add({ method: 'POST', pathPrefix: path, status: 500, afterHandler: true, times: 1 });

      expect([name, (await complete(app, id)).status]).toEqual([name, 502]);
      const again = await Promise.all([complete(app, id), complete(other, id)]);

      expect(again.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
      expect(await complete(other, id)).toMatchObject({ status: 200, body: { name, size_bytes: 5 } });
      expect(String(await stored(name))).toBe('after');
      expect((await part(app, id, 1, Buffer.from('again'))).body).toMatchObject({ error_code: 'CONFLICT' });
      expect((await ask('engineer', `/${id}`)).body).toMatchObject({ status: 'complete', parts_received: [1] });
    }
  });

  it('of one file by two people are the file of one, and the other is told', async () => {
    const people = [
      ['engineer', app],
      ['admin', other],
    ] as const;
    for (const condition of [{}, { if_match: '*' }]) {
      const name = 'if_match' in condition ? 'there.txt' : 'contested.bin';
      const seen = 'if_match' in condition ? await etagOf(name) : undefined;
      const ids: string[] = [];
      for (const [as, on] of people) {
        const { body } = await start(as, name, as.length, seen === undefined ? {} : { if_match: seen });
        ids.push(String(body['upload_id']));
        await part(on, String(body['upload_id']), 1, Buffer.from(as), as);
      }

      const done = await Promise.all(people.map(([as, on], index) => complete(on, ids[index] ?? '', as)));

      const won = done.findIndex(({ status }) => status === 200);
      expect(done.map(({ status }) => status).sort()).toEqual([200, expect.any(Number)]);
      expect([409, 412]).toContain(done[1 - won]?.status);
      expect(String(await stored(name))).toBe(people[won]?.[0]);
    }
  });

  it('are gone when they are given up, at the platform, too', async () => {
    const id = await started('ended.bin', 3);
    await part(app, id, 1, Buffer.from('abc'));
    expect(await awaitedFiles()).toContain('ended.bin');

    expect((await ask('engineer', `/${id}`, { method: 'DELETE' })).status).toBe(204);

    expect(await awaitedFiles()).not.toContain('ended.bin');
    expect((await ask('engineer', `/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await part(app, id, 1, Buffer.from('abc'))).status).toBe(404);
  });

  it('that nobody goes on with are given up when their owner comes by a day later', async () => {
    const id = await started('orphan.bin', 3);
    await app.sql(`UPDATE file_uploads SET expires_at = now() - interval '1 minute' WHERE id = $1`, [id]);

    expect((await ask('engineer', `/${id}`)).status).toBe(404);
    expect((await complete(app, id)).body).toMatchObject({ error_code: 'NOT_FOUND' });
    expect(await awaitedFiles()).toContain('orphan.bin');
    await started('next.bin', 3);

    expect(await awaitedFiles()).not.toContain('orphan.bin');
    expect(await app.sql('SELECT id FROM file_uploads WHERE id = $1', [id])).toEqual([]);
  });

  it('that the platform no longer knows are not there', async () => {
    const id = await started('forgotten.bin', 3);
    const body = { error_code: 'NOT_FOUND', message: 'The upload session is not found' };
    stack.workspace.faults.add({
      method: 'POST',
      pathPrefix: '/api/2.0/fs/create-upload-part-urls',
      status: 404,
      body,
    });

    expect((await part(app, id, 1, Buffer.from('abc'))).body).toMatchObject({ error_code: 'NOT_FOUND' });
    stack.workspace.faults.clear();
    expect((await ask('engineer', `/${id}`)).status).toBe(404);
  });

  it('whose parts the storage does not accept are sent again', async () => {
    const id = await started('refused.bin', 3);
    await part(app, id, 1, Buffer.from('abc'));
    await app.sql(`UPDATE file_uploads SET etags = '{"1": "00000000000000000000000000000000"}' WHERE id = $1`, [id]);

    expect((await complete(app, id)).body).toMatchObject({ error_code: 'CONFLICT' });
    expect((await ask('engineer', `/${id}`)).body).toMatchObject({ parts_received: [], status: 'open' });
    await part(app, id, 1, Buffer.from('abc'));
    expect((await complete(app, id)).status).toBe(200);
  });

  it('say so where the platform takes no parts', async () => {
    stack.workspace.faults.add({
      method: 'POST',
      pathPrefix: '/api/2.0/fs/files',
      status: 404,
      body: { error_code: 'ENDPOINT_NOT_FOUND', message: 'No API found' },
    });

    expect(await start('engineer', 'whole.bin', 100)).toMatchObject({
      status: 502,
      body: { error_code: 'UPSTREAM_ERROR', technical_details: { max_size_bytes: 16 * 1024 ** 2 } },
    });
  });

  it('keep the word that lets them write to themselves', async () => {
    const id = await started('secret.bin', 3);

    const [row] = await app.sql<{ text: string; token: Buffer }>(
      'SELECT f::text AS text, sealed_token AS token FROM file_uploads f WHERE id = $1',
      [id],
    );
    const [hash] = await sessionsOf('secret.bin');
    const kept = `${row?.text} ${row?.token.toString('latin1')}`;

    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(row?.token.length).toBeGreaterThan(TOKEN_CHARACTERS);
    // The platform's folder is named after the hash of its word: no piece of what is stored has it.
    for (let at = 0; at + TOKEN_CHARACTERS <= kept.length; at += 1) {
      const piece = kept.slice(at, at + TOKEN_CHARACTERS);
      expect(createHash('sha256').update(piece, 'latin1').digest('hex')).not.toBe(hash);
    }
  });

  it('need a database, and are told so', async () => {
    const without = await UnityCatalogApp.start(stack, { PGHOST: undefined, LAKEBASE_INSTANCE_NAME: undefined }, false);
    const answer = await without.ask('engineer', '/unity-catalog/files/uploads', {
      method: 'POST',
      json: { path: `${VOLUME}/x.bin`, size_bytes: 3 },
    });
    const small = await without.ask('engineer', `/unity-catalog/files/content?path=${VOLUME}/x.bin`, {
      method: 'PUT',
      body: 'x',
    });
    await without.stop();

    expect(answer).toMatchObject({ status: 503, body: { error_code: 'LAKEBASE_NOT_CONFIGURED' } });
    expect(small.status).toBe(200);
  });

  it('wait for a database that is away, and lose nothing', async () => {
    const id = await started('away.bin', 3);
    await stack.postgres.halt();

    expect((await part(app, id, 1, Buffer.from('abc'))).body).toMatchObject({ error_code: 'DATABASE_UNAVAILABLE' });
    expect((await start('engineer', 'away-2.bin', 3)).body).toMatchObject({ error_code: 'DATABASE_UNAVAILABLE' });
    await stack.postgres.restart();

    await part(app, id, 1, Buffer.from('abc'));
    expect((await complete(app, id)).status).toBe(200);
    expect(await awaitedFiles()).not.toContain('away-2.bin');
  });

  async function started(name: string, size: number, more: Json = {}): Promise<string> {
    const { status, body } = await start('engineer', name, size, more);
    expect([name, status]).toEqual([name, 201]);
    return String(body['upload_id']);
  }

  async function etagOf(name: string): Promise<string> {
    const { body } = await app.ask('engineer', `/unity-catalog/files?path=${VOLUME}&limit=500`);
    const entry = (body['items'] as Json[]).find((item) => item['name'] === name);
    return String(entry?.['etag']);
  }

  function chunkedPart(id: string, number: number, chunks: string[]): Promise<Answer> {
    const body = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
    return ask('engineer', `/${id}/parts/${number}`, { method: 'PUT', body, duplex: 'half' } as Ask);
  }

  /** The line is cut when half of the part is on its way. */
  async function cutPart(id: string, content: Buffer): Promise<void> {
    const sending = request(`${app.url}/api/v1/unity-catalog/files/uploads/${id}/parts/1`, {
      method: 'PUT',
      headers: { 'X-Forwarded-Access-Token': await stack.token('engineer'), 'Content-Length': content.length },
    });
    const ended = new Promise((resolve) => sending.on('error', resolve));
    await new Promise((resolve) => sending.write(content.subarray(0, content.length / 2), resolve));
    sending.destroy();
    await ended;
  }

  /** Names of the files that the platform still waits for. */
  async function awaitedFiles(): Promise<string[]> {
    const documents = await Promise.all((await readdir(sessions())).map(sessionText));
    return documents
      .filter((text) => !/"completed":\s*true/.test(text))
      .map((text) => /[\w-]+\.(?:bin|txt)/.exec(text)?.[0] ?? text);
  }

  async function sessionsOf(name: string): Promise<string[]> {
    const ids = await readdir(sessions());
    const documents = await Promise.all(ids.map(sessionText));
    return ids.filter((_, index) => documents[index]?.includes(name));
  }

  function sessionText(id: string): Promise<string> {
    return readFile(join(sessions(), id, 'session.json'), 'utf8');
  }

  /** Where the local workspace keeps uploads in parts, up from where it keeps its volumes. */
  function sessions(): string {
    let folder = stack.workspace.volumeDirectory('shop', 'sales', 'files');
    while (!existsSync(join(folder, 'uploads'))) folder = dirname(folder);
    return join(folder, 'uploads', 'sessions');
  }

  function ask(as: Persona, path: string, init: Ask = {}, on = app): Promise<Answer> {
    return on.ask(as, `/unity-catalog/files/uploads${path}`, init);
  }

  function start(as: Persona, name: string, size: number, more: Json = {}): Promise<Answer> {
    return ask(as, '', { method: 'POST', json: { path: `${VOLUME}/${name}`, size_bytes: size, ...more } });
  }

  function part(on: UnityCatalogApp, id: string, number: number, bytes: Uint8Array, as: Persona = 'engineer') {
    return ask(as, `/${id}/parts/${number}`, { method: 'PUT', body: new Uint8Array(bytes) }, on);
  }

  function complete(on: UnityCatalogApp, id: string, as: Persona = 'engineer'): Promise<Answer> {
    return ask(as, `/${id}/complete`, { method: 'POST' }, on);
  }

  async function stored(name: string): Promise<Buffer> {
    return readFile(join(stack.workspace.volumeDirectory('shop', 'sales', 'files'), name));
  }
});
