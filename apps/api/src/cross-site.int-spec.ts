import { TestApi, type Ask } from './testing/test-api';

const BODY = { preference_key: 'theme', preference_value: 'dark' };

describe('a state-changing request', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterAll(() => api.stop());

  it.each<[string, Ask['headers']]>([
    ['from another origin', { Origin: 'https://evil.example' }],
    ['from a page the browser calls cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['from a sandboxed page', { Origin: 'null' }],
    [
      'from a sibling of the forwarded host',
      { Origin: 'https://other.apps.example', 'X-Forwarded-Host': 'mine.apps.example' },
    ],
  ])('%s is refused', async (_, headers) => {
    const { status, json } = await put({ headers: headers ?? {} });

    expect([status, json['error_code']]).toEqual([403, 'CSRF_REJECTED']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'that says nothing about its origin and that a form could send (%s) is refused',
    async (type) => {
      const { status, json } = await api.ask('/api/v1/preferences', {
        method: 'POST',
        as: 'analyst',
        body: 'a=b',
        headers: { 'Content-Type': type },
      });

      expect([status, json['error_code']]).toEqual([403, 'CSRF_REJECTED']);
    },
  );

  it.each<[string, Ask['headers']]>([
    ['without any origin, as curl and services send it', {}],
    [
      'from a page of the host the browser asked',
      { Origin: 'https://mine.apps.example', 'X-Forwarded-Host': 'mine.apps.example', 'Sec-Fetch-Site': 'same-origin' },
    ],
  ])('%s gets past the rule', async (_, headers) => {
    const { json } = await put({ headers: headers ?? {} });

    // The next thing on its way: there is no database here.
    expect(json['error_code']).toBe('LAKEBASE_NOT_CONFIGURED');
  });

  function put(ask: Ask): ReturnType<TestApi['ask']> {
    return api.ask('/api/v1/preferences', { method: 'PUT', as: 'analyst', json: BODY, ...ask });
  }
});
