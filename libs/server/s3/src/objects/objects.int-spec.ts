import { S3App, type Answer, type Json } from '../testing/s3-app';

/** Names that are escaped somewhere on the way, and must come back as they are. */
const ODD = [
  'a b.txt',
  'a+b.txt',
  'ü/日本.txt',
  '100%2F.txt',
  'line\nbreak.txt',
  "it's (1)*.txt",
  '<b>&amp;.txt',
  '//two.txt',
  'tab\tx',
];

describe('objects of an S3 connection', () => {
  let app: S3App;
  let id: string;

  beforeAll(async () => {
    app = await S3App.start();
    await app.given(
      'many',
      Object.fromEntries(Array.from({ length: 23 }, (_, index) => [`k/${String(index).padStart(2, '0')}`, 'x'])),
    );
    await app.given('odd', Object.fromEntries(ODD.map((key) => [key, `of ${key}`])));
    id = await app.connect('analyst', { bucket: 'odd' });
  });
  afterEach(() => {
    app.stack.workspace.s3.faults.clear();
    app.stack.workspace.setClockSkew(0);
  });
  afterAll(() => app.stop());

  it('are listed page by page, each once and none left out', async () => {
    const keys: unknown[] = [];
    let cursor: unknown;
    let pages = 0;
    do {
      const { body } = await list({
        bucket: 'many',
        prefix: 'k/',
        limit: 5,
        ...(cursor === undefined ? {} : { cursor }),
      });
      keys.push(...(body['items'] as Json[]).map(({ name }) => name));
      cursor = body['next_cursor'] ?? undefined;
      pages++;
    } while (cursor !== undefined);

    expect(pages).toBe(5);
    expect(keys).toEqual(Array.from({ length: 23 }, (_, index) => String(index).padStart(2, '0')));
  });

  it('keep their names, whatever is in them, in lists and in links', async () => {
    const listed = await list({ delimiter: '', limit: 100 });
    const contents = await Promise.all(
      ODD.map(async (key) => (await fetch(String((await link({ key })).body['url']))).text()),
    );

    expect(new Set((listed.body['items'] as Json[]).map(({ key }) => key))).toEqual(new Set(ODD));
    expect(contents).toEqual(ODD.map((key) => `of ${key}`));
  });

  it('are told from folders, which end at the delimiter', async () => {
    const { body } = await list({ prefix: 'ü' });
    const inside = await list({ prefix: 'ü/' });

    expect(body['items']).toMatchObject([{ kind: 'folder', key: 'ü/', name: 'ü', size_bytes: null }]);
    expect(inside.body).toMatchObject({
      bucket: 'odd',
      prefix: 'ü/',
      items: [{ kind: 'object', name: '日本.txt', size_bytes: 16 }],
      next_cursor: null,
    });
  });

  it('go on only with a cursor of the same list and the same person', async () => {
    const first = await list({ bucket: 'many', prefix: 'k/', limit: 5 });
    const cursor = first.body['next_cursor'];
    const theirs = await app.connect('engineer', { bucket: 'many' });

    for (const answer of [
      await list({ bucket: 'odd', limit: 5, cursor }),
      await list({ bucket: 'many', limit: 5, cursor }),
      await list({ bucket: 'many', prefix: 'k/', limit: 5, cursor: `${String(cursor)}x` }),
      await app.ask('engineer', 'POST', '/list', { connection_id: theirs, prefix: 'k/', limit: 5, cursor }),
    ]) {
      expect([answer.status, answer.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    }
  });

  it('are reached by a link for as long as was asked, and it is noted who got it', async () => {
    const { body } = await link({ key: 'a b.txt', expires_in_seconds: 60 });
    const url = new URL(String(body['url']));
    const answer = await fetch(url);
    const [entry] = await app.sql<Json>(
      `SELECT user_id, target, details FROM audit_log WHERE action = 's3_object.link' ORDER BY id DESC LIMIT 1`,
    );

    expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
    expect(Math.abs(Date.parse(String(body['expires_at'])) - Date.now() - 60_000)).toBeLessThan(30_000);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''a%20b.txt`);
    expect(body['size_bytes']).toBe(10);
    expect(entry).toEqual({ user_id: await app.userId('analyst'), target: `${id} a b.txt`, details: {} });
    app.stack.workspace.setClockSkew(61);
    expect((await fetch(url)).status).toBe(403);
  });

  it.each([
    ['longer than an hour', { key: 'a b.txt', expires_in_seconds: 3601 }, 'expires_in_seconds'],
    ['for no time', { key: 'a b.txt', expires_in_seconds: 0 }, 'expires_in_seconds'],
    ['for nothing', { key: '' }, 'key'],
    ['that no browser would follow as it is', { key: 'a/../a b.txt' }, 'key'],
  ])('have no link %s', async (_, json, path) => {
    const { status, body } = await link(json);

    expect([status, body['technical_details']]).toMatchObject([400, { fields: [{ path }] }]);
  });

  it.each<[string, Json, number, string, string]>([
    ['that is not there', { key: 'gone.txt' }, 404, 'NOT_FOUND', 'S3ObjectNotFound'],
    ['in a bucket that is not there', { bucket: 'no-such-bucket', key: 'x' }, 404, 'NOT_FOUND', 'S3ObjectNotFound'],
  ])('have no link to one %s', async (_, json, status, code, type) => {
    const answer = await link(json);

    expect([answer.status, answer.body['error_code'], answer.body['technical_details']]).toMatchObject([
      status,
      code,
      { error_type: type },
    ]);
  });

  it('are listed although the clocks differ by an hour', async () => {
    app.stack.workspace.setClockSkew(3600);
    const fresh = await app.connect('analyst', { name: 'Fresh', bucket: 'odd' });

    expect((await app.ask('analyst', 'POST', '/list', { connection_id: fresh })).status).toBe(200);
  });

  it('are listed when the storage was busy for a moment', async () => {
    app.stack.workspace.s3.faults.add({ pathPrefix: '/odd', status: 503, times: 2 });

    expect((await list({})).status).toBe(200);
  });

  it.each<[string, Parameters<S3App['stack']['workspace']['s3']['faults']['add']>[0], number, string, string]>([
    ['busy storage', { status: 503 }, 429, 'RATE_LIMITED', 'S3Throttled'],
    ['storage that fails', { status: 500 }, 502, 'UPSTREAM_ERROR', 'S3Unavailable'],
    ['a cut line', { cut: 'connection' }, 502, 'UPSTREAM_ERROR', 'S3Unreachable'],
    ['half an answer', { cut: 'body' }, 502, 'UPSTREAM_ERROR', 'S3Unreachable'],
    ['a token that has expired', { token: 'expired' }, 403, 'PERMISSION_DENIED', 'S3KeysExpired'],
    ['a token nobody knows', { token: 'invalid' }, 403, 'PERMISSION_DENIED', 'S3KeysRejected'],
    ['a missing right', { status: 403 }, 403, 'PERMISSION_DENIED', 'S3AccessDenied'],
  ])('are not listed with %s, which is said by name', async (_, fault, status, code, type) => {
    app.stack.workspace.s3.faults.add({ pathPrefix: '/odd', ...fault });

    const answer = await list({});

    expect([answer.status, answer.body['error_code'], answer.body['technical_details']]).toMatchObject([
      status,
      code,
      { error_type: type },
    ]);
    if (type === 'S3AccessDenied') {
      expect(answer.body['technical_details']).toMatchObject({
        right: 's3:ListBucket',
        policy_line: expect.stringContaining('s3:ListBucket'),
      });
    }
    if (type === 'S3Throttled') expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('are not listed in another region, which is named', async () => {
    const abroad = await app.connect('analyst', { name: 'Abroad', region: 'eu-central-1', bucket: 'odd' });

    const { status, body } = await app.ask('analyst', 'POST', '/list', { connection_id: abroad });

    expect([status, body]).toMatchObject([
      409,
      { error_code: 'CONFLICT', technical_details: { error_type: 'S3WrongRegion', region: 'us-east-1' } },
    ]);
  });

  it('are not listed without a bucket, nor where nothing listens or something else than S3 does', async () => {
    const { url } = app.stack.workspace;
    const elsewhere = await S3App.start({ LAKESCOPE_S3_ENDPOINTS: `http://127.0.0.1:9, ${url}` }, app.stack);
    const nowhere = await elsewhere.connect('analyst', { name: 'Nowhere', endpoint: 'http://127.0.0.1:9' });
    const website = await elsewhere.connect('analyst', { name: 'Website', endpoint: url });
    const ask = async (connection_id: string, json: Json = { bucket: 'odd' }): Promise<unknown> =>
      ((await elsewhere.ask('analyst', 'POST', '/list', { connection_id, ...json })).body['technical_details'] as Json)[
        'error_type'
      ];

    expect(await ask(nowhere, {})).toBe('S3BucketNeeded');
    expect(await ask(nowhere)).toBe('S3Unreachable');
    expect(['S3NotUnderstood', 'S3RequestRefused', 'S3BucketNotFound', 'S3AccessDenied']).toContain(await ask(website));
    await elsewhere.stop();
    // An endpoint that is no longer allowed is not asked any more.
    const gone = await app.ask('analyst', 'POST', '/list', { connection_id: nowhere, bucket: 'odd' });
    expect([gone.status, gone.body['technical_details']]).toMatchObject([400, { fields: [{ path: 'endpoint' }] }]);
  });

  function list(json: Json): Promise<Answer> {
    return app.ask('analyst', 'POST', '/list', { connection_id: id, ...json });
  }

  function link(json: Json): Promise<Answer> {
    return app.ask('analyst', 'POST', '/download-url', { connection_id: id, ...json });
  }
});
