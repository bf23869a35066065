import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Json, type Persona } from '../testing/unity-catalog-app';

const FILES = '/Volumes/shop/sales/files';

describe('operations that write', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;
  let folder: string;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.files');
    folder = stack.workspace.volumeDirectory('shop', 'sales', 'files');
    await stack.workspace.grant('SCHEMA', 'shop.sales', 'engineer', ['CREATE_VOLUME', 'READ_VOLUME', 'WRITE_VOLUME']);
    app = await UnityCatalogApp.start(stack, {}, false);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('create a volume once', async () => {
    const operation = { op: 'ensure_volume', catalog: 'shop', schema: 'sales', volume: 'models', comment: 'for tests' };

    const first = await run('engineer', operation);
    const second = await run('engineer', operation);

    expect(first).toMatchObject({
      status: 200,
      body: {
        op: 'ensure_volume',
        result: { name: 'models', path: '/Volumes/shop/sales/models', volume_type: 'MANAGED', created: true },
      },
    });
    expect(second.body['result']).toEqual({ ...(first.body['result'] as Json), created: false });
  });

  it('create a volume once, however many ask at the same time', async () => {
    const operation = { op: 'ensure_volume', catalog: 'shop', schema: 'sales', volume: 'contested' };

    const answers = await Promise.all(Array.from({ length: 8 }, () => run('engineer', operation)));

    expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(200));
    expect(answers.filter(({ body }) => (body['result'] as Json)['created'] === true)).toHaveLength(1);
  });

  it('create no volume for who may not, and none in a schema that is not there', async () => {
    const place = { op: 'ensure_volume', catalog: 'shop', schema: 'sales', volume: 'denied' };

    expect(await run('analyst', place)).toMatchObject({
      status: 403,
      body: {
        error_code: 'CATALOG_PERMISSION_DENIED',
        technical_details: { fix: expect.stringMatching(/^GRANT CREATE VOLUME ON SCHEMA/), upstream_status: 403 },
      },
    });
    expect((await run('outsider', place)).status).toBe(403);
    expect(await run('engineer', { ...place, schema: 'nowhere' })).toMatchObject({
      status: 404,
      body: { error_code: 'NOT_FOUND' },
    });
    expect(() => stack.workspace.volumeDirectory('shop', 'sales', 'denied')).toThrow();
  });

  it('create a directory with its parents, once', async () => {
    const operation = { op: 'create_directory', path: `${FILES}/a/b c/🦆/` };

    for (let time = 0; time < 2; time++) {
      expect(await run('engineer', operation)).toMatchObject({
        status: 200,
        body: { op: 'create_directory', result: { path: `${FILES}/a/b c/🦆` } },
      });
    }
    expect(await run('engineer', { op: 'list_directory', path: `${FILES}/a/b c` })).toMatchObject({
      body: { result: { contents: [{ name: '🦆', is_directory: true }] } },
    });
    expect((await run('analyst', operation)).status).toBe(403);
  });

  it('create no directory where a file is', async () => {
    await writeFile(join(folder, 'in-the-way'), '');

    expect((await run('engineer', { op: 'create_directory', path: `${FILES}/in-the-way` })).status).toBe(409);
  });

  it.each([
    ['text', { content: 'Grüße\r\n🦆' }, Buffer.from('Grüße\r\n🦆')],
    ['nothing', { content: '' }, Buffer.alloc(0)],
    ['bytes', { content: '/wAB', encoding: 'base64' }, Buffer.of(0xff, 0, 1)],
  ])('write %s, which is read as it was written', async (what, content, bytes) => {
    const path = `${FILES}/new/${what} 100%25.bin`;

    expect(await run('engineer', { op: 'write_file', path, ...content })).toMatchObject({
      status: 200,
      body: { op: 'write_file', result: { path, size_bytes: bytes.length, overwritten: false } },
    });
    expect(await readFile(join(folder, `new/${what} 100%25.bin`))).toEqual(bytes);
    expect((await run('analyst', { op: 'read_file', path })).body['result']).toMatchObject({
      content: content.content,
    });
  });

  it.each([{}, { if_absent: true }])('replace no file that is there with %j', async (more) => {
    const path = `${FILES}/kept.txt`;
    await writeFile(join(folder, 'kept.txt'), 'kept');

    expect(await run('engineer', { op: 'write_file', path, content: 'lost', ...more })).toMatchObject({
      status: 409,
      body: { error_code: 'ALREADY_EXISTS', technical_details: { path, upstream_status: 409 } },
    });
    expect(await readFile(join(folder, 'kept.txt'), 'utf8')).toBe('kept');
  });

  it('replace a file only when they are told to, and say that they did', async () => {
    const operation = { op: 'write_file', path: `${FILES}/replaced.txt`, if_absent: false };

    expect((await run('engineer', { ...operation, content: 'one' })).body['result']).toMatchObject({
      overwritten: false,
    });
    expect((await run('engineer', { ...operation, content: 'two' })).body['result']).toMatchObject({
      overwritten: true,
    });
    expect(await readFile(join(folder, 'replaced.txt'), 'utf8')).toBe('two');
  });

  it('let one of several win who write the same new file', async () => {
    const path = `${FILES}/contested.txt`;
    const contents = Array.from({ length: 8 }, (_, index) => `of writer ${index}`);

    const answers = await Promise.all(contents.map((content) => run('engineer', { op: 'write_file', path, content })));

    const winners = contents.filter((_, index) => answers[index]?.status === 200);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
    expect([await readFile(join(folder, 'contested.txt'), 'utf8')]).toEqual(winners);
  });

  it('write nothing for who may only read', async () => {
    const path = `${FILES}/denied.txt`;
    for (const persona of ['analyst', 'outsider'] as const) {
      expect(await run(persona, { op: 'write_file', path, content: 'x' })).toMatchObject({
        status: 403,
        body: { error_code: 'PERMISSION_DENIED', technical_details: { upstream_status: 403 } },
      });
    }
    await expect(readFile(join(folder, 'denied.txt'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('say that they do not know, when the answer to a write is lost, and do not write twice', async () => {
    const operation = { op: 'write_file', path: `${FILES}/lost-answer.txt`, content: 'once' };
    stack.workspace.faults.add({
      method: 'PUT',
      pathPrefix: '/api/2.0/fs/files',
      cut: 'connection',
      afterHandler: true,
      times: 1,
    });

    // A second try would have found the file of the first one.
    expect(await run('engineer', operation)).toMatchObject({
      status: 503,
      body: { error_code: 'SERVICE_UNAVAILABLE' },
    });
    expect(await run('engineer', operation)).toMatchObject({ status: 409, body: { error_code: 'ALREADY_EXISTS' } });
    expect(await readFile(join(folder, 'lost-answer.txt'), 'utf8')).toBe('once');
  });

  function run(persona: Persona, json: unknown): Promise<Answer> {
    return app.ask(persona, '/operations', { method: 'POST', json });
  }
});
