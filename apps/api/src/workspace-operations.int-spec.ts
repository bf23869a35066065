import { TestApi, type Answer } from './testing/test-api';

const PATH = '/api/v1/operations';
const FILES = '/Volumes/demo/lake/files';

/** Every answer is held to the contract by `ask`. */
describe('the operations gateway', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
    await api.stack.volume('demo.lake.files', { 'hello.txt': 'hello' });
    const rights = ['CREATE_VOLUME', 'READ_VOLUME', 'WRITE_VOLUME'] as const;
    await api.stack.workspace.grant('SCHEMA', 'demo.lake', 'engineer', rights);
  });

  afterEach(() => api.stack.workspace.faults.clear());

  afterAll(() => api.stop());

  it.each([
    { op: 'me' },
    { op: 'list_catalogs' },
    { op: 'list_schemas', catalog: 'demo' },
    { op: 'list_volumes', catalog: 'demo', schema: 'lake' },
    { op: 'ensure_volume', catalog: 'demo', schema: 'lake', volume: 'new' },
    { op: 'ensure_volume', catalog: 'demo', schema: 'lake', volume: 'files' },
    { op: 'create_directory', path: `${FILES}/new` },
    { op: 'list_directory', path: FILES },
    { op: 'read_file', path: `${FILES}/hello.txt` },
    { op: 'write_file', path: `${FILES}/new/note.txt`, content: 'note' },
  ])('answers %j with the operation and its result', async (operation) => {
    const { status, json } = await run(operation);

    expect([status, Object.keys(json).sort(), json['op']]).toEqual([200, ['op', 'result'], operation.op]);
  });

  it.each([
    ['an operation nobody knows', { op: 'drop_catalog' }, 400, 'INVALID_REQUEST'],
    ['a file that is not there', { op: 'read_file', path: `${FILES}/nothing` }, 404, 'NOT_FOUND'],
    ['a file that is', { op: 'write_file', path: `${FILES}/hello.txt`, content: '' }, 409, 'ALREADY_EXISTS'],
    ['a directory where a file is', { op: 'create_directory', path: `${FILES}/hello.txt` }, 409, undefined],
    [
      'a body that is too large',
      { op: 'write_file', path: FILES, content: 'x'.repeat(2 ** 20) },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('says what is wrong with %s in `error` and `status`', async (_, operation, status, code) => {
    const { json, ...answer } = await run(operation);

    expect(answer.status).toBe(status);
    expect(json).toMatchObject({ status, error: json['detail'], error_code: code ?? expect.any(String) });
    expect(json['error']).toEqual(expect.stringMatching(/./));
  });

  it('says so in the same words before anybody is let in', async () => {
    for (const answer of [
      await api.ask(PATH, { method: 'POST', json: { op: 'me' } }),
      await api.ask(PATH, {
        method: 'POST',
        as: 'engineer',
        body: '{',
        headers: { 'Content-Type': 'application/json' },
      }),
      await api.ask(PATH, {
        method: 'POST',
        as: 'engineer',
        body: 'op=me',
        headers: { 'Content-Type': 'application/xml' },
      }),
      await api.ask(PATH, { method: 'GET', as: 'engineer' }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.json).toMatchObject({ status: answer.status, error: answer.json['detail'] });
    }
    expect((await api.ask('/api/v1/unity-catalog/nothing', { as: 'engineer' })).json['error']).toBeUndefined();
  });

  it('refuses a page of another site that lets a browser run something', async () => {
    const headers = { Origin: 'https://evil.example' };

    expect(await api.ask(PATH, { method: 'POST', as: 'engineer', json: { op: 'me' }, headers })).toMatchObject({
      status: 403,
      json: { error_code: 'CSRF_REJECTED' },
    });
  });

  it('takes an outage of the platform for nothing else', async () => {
    const { token } = await api.stack.workspace.issueUserToken('engineer', ['files', 'unity-catalog']);
    await api.ask(PATH, { method: 'POST', token, json: { op: 'me' } });
    api.stack.workspace.faults.add({ cut: 'connection' });

    expect(await api.ask(PATH, { method: 'POST', token, json: { op: 'list_catalogs' } })).toMatchObject({
      status: 503,
      json: { error_code: 'SERVICE_UNAVAILABLE', error: expect.stringContaining('could not be reached') },
    });
  });

  function run(json: unknown): Promise<Answer> {
    return api.ask(PATH, { method: 'POST', as: 'engineer', json });
  }
});
