import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStack } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Json, type Persona } from '../testing/unity-catalog-app';

const PATH = '/unity-catalog/projects';
const DIRECTORY = '/Volumes/shop/sales/projects';
const ONE = '# kept as it is\nname: One\n';
const TWO = 'name: Two\nsteps:\n  - read\n';

describe('project documents', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;
  let folder: string;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.projects');
    folder = stack.workspace.volumeDirectory('shop', 'sales', 'projects');
    await stack.workspace.grant('SCHEMA', 'shop.sales', 'engineer', ['READ_VOLUME', 'WRITE_VOLUME']);
    app = await UnityCatalogApp.start(stack, { LAKESCOPE_UC_SCHEMA: 'shop.sales' }, false);
  });

  beforeEach(async () => {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('are created, read and listed as they were sent', async () => {
    const created = await create('engineer', 'claims-2026', ONE);
    const read = await app.ask('analyst', `${PATH}/claims-2026`);

    expect(created).toMatchObject({
      status: 201,
      body: {
        slug: 'claims-2026',
        path: `${DIRECTORY}/claims-2026.proj.yaml`,
        content: ONE,
        size_bytes: ONE.length,
        problems: [],
      },
    });
    expect([read.status, read.body]).toEqual([200, created.body]);
    expect([read.headers.get('etag'), created.headers.get('etag')]).toEqual([read.body['etag'], read.body['etag']]);
    expect(await readFile(join(folder, 'claims-2026.proj.yaml'), 'utf8')).toBe(ONE);
    expect((await app.ask('analyst', PATH)).body).toEqual({
      items: [
        {
          slug: 'claims-2026',
          path: `${DIRECTORY}/claims-2026.proj.yaml`,
          size_bytes: ONE.length,
          last_modified: expect.stringMatching(/Z$/),
        },
      ],
      next_cursor: null,
    });
  });

  it('are listed page by page, without backups and whatever else lies there', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map((slug) => `${slug}.proj.yaml`);
    for (const name of [...names, 'a.proj.yaml.1.bak', 'note.txt', 'A.proj.yaml', '-.proj.yaml'])
      await writeFile(join(folder, name), ONE);
    const slugs: unknown[] = [];
    let cursor: unknown = '';
    do {
      const next = cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const { body } = await app.ask('analyst', `${PATH}?limit=2${next}`);
      slugs.push(...(body['items'] as Json[]).map(({ slug }) => slug));
      cursor = body['next_cursor'];
    } while (cursor !== null);

    expect(slugs).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('that are there are not created again', async () => {
    await create('engineer', 'one', ONE);

    expect(await create('engineer', 'one', TWO)).toMatchObject({ status: 409, body: { error_code: 'ALREADY_EXISTS' } });
    expect(await readFile(join(folder, 'one.proj.yaml'), 'utf8')).toBe(ONE);
  });

  it('are saved by who has read what is there, and keep the version before', async () => {
    const { body } = await create('engineer', 'one', ONE);

    const saved = await save('engineer', 'one', TWO, String(body['etag']));

    expect(saved).toMatchObject({ status: 200, body: { content: TWO, problems: [] } });
    expect(saved.headers.get('etag')).not.toBe(body['etag']);
    expect(await filesOf('one')).toEqual({ 'one.proj.yaml': TWO, 'one.proj.yaml.1.bak': ONE });
    expect(await save('engineer', 'one', 'name: Three\n', String(body['etag']))).toMatchObject({
      status: 412,
      body: { error_code: 'PRECONDITION_FAILED' },
    });
    expect(await filesOf('one')).toEqual({ 'one.proj.yaml': TWO, 'one.proj.yaml.1.bak': ONE });
  });

  it('that are saved as they are have no new version', async () => {
    const { body } = await create('engineer', 'one', ONE);

    expect(await save('engineer', 'one', ONE, String(body['etag']))).toMatchObject({ status: 200, body });
    expect(await filesOf('one')).toEqual({ 'one.proj.yaml': ONE });
  });

  it('keep the last ten versions', async () => {
    await create('engineer', 'one', 'n: 0\n');
    for (let version = 1; version <= 13; version++) await save('engineer', 'one', `n: ${version}\n`, '*');

    const files = await filesOf('one');
    expect(Object.keys(files)).toHaveLength(11);
    expect(files).toMatchObject({
      'one.proj.yaml': 'n: 13\n',
      'one.proj.yaml.4.bak': 'n: 3\n',
      'one.proj.yaml.13.bak': 'n: 12\n',
    });
  });

  it('let one of several win who save at the same time, and lose nothing', async () => {
    for (let round = 0; round < 5; round++) {
      const slug = `contested-${round}`;
      const { body } = await create('engineer', slug, ONE);
      const contents = Array.from({ length: 6 }, (_, index) => `name: saver ${index}\n`);

      const answers = await Promise.all(
        contents.map((content) => save('engineer', slug, content, String(body['etag']))),
      );

      const winners = contents.filter((_, index) => answers[index]?.status === 200);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
      expect(await filesOf(slug)).toEqual({
        [`${slug}.proj.yaml`]: winners[0],
        [`${slug}.proj.yaml.1.bak`]: ONE,
      });
    }
  });

  it('are not saved while somebody else is at it, and are again when that save has died', async () => {
    const { body } = await create('engineer', 'one', ONE);
    const claim = join(folder, 'one.proj.yaml.1.bak');
    await writeFile(claim, ONE);

    expect(await save('engineer', 'one', TWO, String(body['etag']))).toMatchObject({
      status: 412,
      body: { detail: expect.stringContaining('is being saved by somebody else') },
    });
    await rm(claim);
    expect((await save('engineer', 'one', TWO, String(body['etag']))).status).toBe(200);
  });

  it('that the platform refuses to take leave nothing behind', async () => {
    const { body } = await create('engineer', 'one', ONE);
    const pathPrefix = `/api/2.0/fs/files${DIRECTORY}/one.proj.yaml`;
    // The backup goes through, and the document does not.
    stack.workspace.faults.add({ method: 'PUT', pathPrefix: `${pathPrefix}.1.bak`, delayMs: 0, times: 1 });
    stack.workspace.faults.add({ method: 'PUT', pathPrefix, status: 500, times: 1 });

    expect((await save('engineer', 'one', TWO, String(body['etag']))).status).toBe(502);
    expect(await filesOf('one')).toEqual({ 'one.proj.yaml': ONE });
    expect((await save('engineer', 'one', TWO, String(body['etag']))).status).toBe(200);
  });

  it('are needed to have been read before they are saved', async () => {
    await create('engineer', 'one', ONE);

    expect(await save('engineer', 'one', TWO)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path: 'If-Match' }] } },
    });
    expect((await save('engineer', 'one', TWO, 'W/"x"')).status).toBe(412);
    expect((await save('engineer', 'nobody', TWO, '*')).status).toBe(404);
  });

  it('that are malformed are not written, and the place is told', async () => {
    await create('engineer', 'one', ONE);
    const malformed = 'name: One\nsteps: [1, 2\nmore: x\n';

    for (const answer of [await create('engineer', 'two', malformed), await save('engineer', 'one', malformed, '*')]) {
      expect([answer.status, answer.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
      const { fields } = answer.body['technical_details'] as { fields: Json[] };
      expect(fields[0]).toEqual({ path: 'content', message: expect.stringMatching(/^line 3, column 1: /) });
    }
    expect((await readdir(folder)).sort()).toEqual(['one.proj.yaml']);
  });

  it.each([
    ['malformed', Buffer.from('name: One\nname: Two\n'), { line: 2, column: 1 }],
    ['not text', Buffer.of(0x6e, 0xff, 0xfe), { line: 1, column: 1 }],
    ['empty', Buffer.alloc(0), { line: 1, column: 1 }],
  ])('that were found %s are shown and kept, and can be replaced', async (_, bytes, place) => {
    await writeFile(join(folder, 'found.proj.yaml'), bytes);

    const { status, body } = await app.ask('analyst', `${PATH}/found`);

    expect([status, body['content']]).toEqual([200, place.line === 1 && bytes.length > 0 ? null : bytes.toString()]);
    expect((body['problems'] as Json[])[0]).toMatchObject(place);
    expect(await readFile(join(folder, 'found.proj.yaml'))).toEqual(bytes);

    expect((await save('engineer', 'found', TWO, String(body['etag']))).status).toBe(200);
    expect(await readFile(join(folder, 'found.proj.yaml.1.bak'))).toEqual(bytes);
  });

  it('are of a bounded size', async () => {
    const large = `text: ${'x'.repeat(256 * 1024)}\n`;
    await writeFile(join(folder, 'large.proj.yaml'), large);

    for (const answer of [await create('engineer', 'one', large), await app.ask('analyst', `${PATH}/large`)]) {
      expect(answer).toMatchObject({
        status: 413,
        body: { error_code: 'PAYLOAD_TOO_LARGE', technical_details: { max_size_bytes: 256 * 1024 } },
      });
    }
  });

  it('are written by who may write, and read by who may read', async () => {
    await create('engineer', 'one', ONE);
    for (const persona of ['analyst', 'outsider'] as const) {
      expect((await create(persona, 'two', ONE)).status).toBe(403);
      expect((await save(persona, 'one', TWO, '*')).status).toBe(403);
    }
    expect((await app.ask('outsider', `${PATH}/one`)).status).toBe(403);
    expect((await app.ask('outsider', PATH)).status).toBe(403);
    expect((await app.ask('analyst', `${PATH}/one`)).status).toBe(200);
    expect((await readdir(folder)).sort()).toEqual(['one.proj.yaml']);
  });

  it.each(['-a', 'a-', 'A', 'a_b', 'a.b', '..', '%2e%2e', '..%2f..%2fx', 'a%00', 'ä', '__proto__', 'x'.repeat(101)])(
    'are not called %s',
    async (slug) => {
      const before = stack.workspace.requestLog.count();
      const statuses = [
        (await app.ask('engineer', `${PATH}/${slug === '..' ? '%2e%2e%2f' : slug}`)).status,
        (await create('engineer', slug, ONE)).status,
      ];

      expect(statuses.every((status) => [400, 404, 414].includes(status))).toBe(true);
      expect(statuses[1]).toBe(400);
      expect(stack.workspace.requestLog.count()).toBe(before);
    },
  );

  it('take no key that changes every object', async () => {
    expect(
      (await create('engineer', 'proto', '__proto__:\n  admin: true\nconstructor: {prototype: {admin: true}}\n'))
        .status,
    ).toBe(201);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  it('are not there, and that is told', async () => {
    expect(await app.ask('analyst', `${PATH}/nothing`)).toMatchObject({
      status: 404,
      body: { error_code: 'NOT_FOUND', technical_details: { slug: 'nothing' } },
    });
  });

  it('cannot be reached while the platform is away', async () => {
    stack.workspace.faults.add({ pathPrefix: '/api/2.0/fs', cut: 'connection' });

    for (const path of [PATH, `${PATH}/one`]) {
      expect(await app.ask('analyst', path)).toMatchObject({
        status: 503,
        body: { error_code: 'SERVICE_UNAVAILABLE' },
      });
    }
  });

  function create(persona: Persona, slug: string, content: string): Promise<Answer> {
    return app.ask(persona, PATH, { method: 'POST', json: { slug, content } });
  }

  function save(persona: Persona, slug: string, content: string, etag?: string): Promise<Answer> {
    const headers = etag === undefined ? {} : { 'If-Match': etag };
    return app.ask(persona, `${PATH}/${slug}`, { method: 'PUT', json: { content }, headers });
  }

  async function filesOf(slug: string): Promise<Record<string, string>> {
    const names = (await readdir(folder)).filter((name) => name.startsWith(`${slug}.`));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
  }
});
