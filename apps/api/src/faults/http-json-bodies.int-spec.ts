import { TestApi, type Answer } from '../testing/test-api';

const PREVIEW = '/api/v1/delta/tables/preview';

describe('a body made to do harm', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterAll(() => api.stop());

  afterEach(async () => {
    expect((await api.ask('/api/v1/user/me', { as: 'analyst' })).status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
    ['objects where a name is expected', '{"source":', '}'],
  ])('with 1,000 levels of %s is refused', async (_, before, after) => {
    const { status, json } = await post(`${before.repeat(1_000)}1${after.repeat(1_000)}`);

    expect([status, json['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('with 100,000 levels is refused in no time', async () => {
    const { status } = await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(status).toBe(400);
  });

  it.each([
    ['__proto__', '{"__proto__":{"polluted":1},"limit":1}'],
    ['__proto__ spelled with escapes', '{"\\u005f_proto__":{"polluted":1}}'],
    ['__proto__ deep inside', '{"source":{"kind":"volume","path":"/Volumes/a/b/c","__proto__":{"polluted":1}}}'],
    ['the prototype of the constructor', '{"constructor":{"prototype":{"polluted":1}}}'],
    ['constructor as a value of a known field', '{"source":{"kind":"constructor"}}'],
    ['toString as a value of a known field', '{"source":{"kind":"toString","path":"/Volumes/a/b/c"}}'],
    ['names that every object has', '{"toString":1,"hasOwnProperty":1,"valueOf":1}'],
  ])('that names %s is refused and leaves nothing behind', async (_, body) => {
    const { status, json } = await post(body);

    expect([status, json['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('that says one thing twice is judged by what it says last', async () => {
    const { status, json } = await post('{"limit":1,"source":{"kind":"volume","path":"/Volumes/a/b/c"},"limit":0}');

    expect(status).toBe(400);
    expect(JSON.stringify(json['technical_details'])).toContain('limit');
  });

  it.each([
    ['a number', '1'],
    ['text', '"x"'],
    ['nothing', 'null'],
    ['a list', '[]'],
    ['a lone surrogate', '{"source":{"kind":"volume","path":"\\ud800"}}'],
    ['a zero character', '{"source":{"kind":"volume","path":"/Volumes/a/b/\\u0000"}}'],
    ['a number beyond all numbers', '{"limit":1e400}'],
    ['more after its end', '{} {}'],
    ['a comment', '{/* */}'],
    ['NaN', '{"limit":NaN}'],
  ])('that is %s is refused', async (_, body) => {
    const { status, json } = await post(body);

    expect([status, json['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('leaves an access line with its code and its reason', async () => {
    await post('{"limit":0}', 'refused-body.1');
    await api.ask('/health');

    expect(api.logOf('refused-body.1')).toContainEqual(
      expect.objectContaining({
        route: PREVIEW,
        status: 400,
        error_code: 'INVALID_REQUEST',
        reason: 'limit must not be less than 1',
      }),
    );
  });

  function post(body: string, correlationId = 'body.1'): Promise<Answer> {
    return api.ask(PREVIEW, {
      method: 'POST',
      as: 'analyst',
      body,
      headers: { 'Content-Type': 'application/json', 'X-Correlation-ID': correlationId },
    });
  }
});
