import { TestApi } from '../testing/test-api';

const APP = 'mine.apps.example';
const BODY = '{"preference_key":"theme","preference_value":"dark"}';

/** What browsers say about where a request comes from, on all routes that change something; the proxy's cookie is on all of them. */
const MATRIX: readonly [string, Record<string, string>, 'refused' | 'heard'][] = [
  ['our page', { Origin: `https://${APP}`, 'Sec-Fetch-Site': 'same-origin' }, 'heard'],
  ['our page, the default port spelled out', { Origin: `https://${APP}:443` }, 'heard'],
  ['our page in a browser that tells no Origin', { 'Sec-Fetch-Site': 'same-origin' }, 'heard'],
  ['the address bar', { 'Sec-Fetch-Site': 'none' }, 'heard'],
  ['curl', {}, 'heard'],
  ['a page of another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, 'refused'],
  ['a page of another site that hides its Origin', { 'Sec-Fetch-Site': 'cross-site' }, 'refused'],
  ['a sibling app that hides its Origin', { 'Sec-Fetch-Site': 'same-site' }, 'refused'],
  ['a sibling app', { Origin: 'https://other.apps.example', 'Sec-Fetch-Site': 'same-site' }, 'refused'],
  ['a sibling that claims our Origin', { Origin: `https://${APP}`, 'Sec-Fetch-Site': 'same-site' }, 'refused'],
  ['a site that claims to be ours', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' }, 'refused'],
  ['a page on another port', { Origin: `https://${APP}:8443` }, 'refused'],
  ['a host that ends like ours', { Origin: `https://evil-${APP}` }, 'refused'],
  ['a host that starts like ours', { Origin: `https://${APP}.evil.example` }, 'refused'],
  ['a user name that looks like our host', { Origin: `https://${APP}@evil.example` }, 'refused'],
  ['a sandboxed page', { Origin: 'null' }, 'refused'],
  ['an empty Origin', { Origin: '' }, 'refused'],
  ['what is no Origin', { Origin: 'not a url' }, 'refused'],
  ['a word browsers do not say yet', { 'Sec-Fetch-Site': 'same-party' }, 'refused'],
  ['two words at once', { 'Sec-Fetch-Site': 'same-origin, cross-site' }, 'refused'],
  ['a word in capitals', { 'Sec-Fetch-Site': 'CROSS-SITE' }, 'refused'],
];

const FORM_TYPES = [
  'text/plain',
  'TEXT/PLAIN;charset=utf-8',
  ' text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
];

describe('a request that changes something', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterAll(() => api.stop());

  it.each(MATRIX)('from %s', async (_, headers, outcome) => {
    for (const [method, path] of [
      ['PUT', '/api/v1/preferences'],
      ['POST', '/api/v1/preferences'],
      ['DELETE', '/api/v1/lakebase/preferences/theme'],
      ['POST', '/api/v1/delta/tables/preview'],
      ['PUT', '/api/preferences'],
      ['POST', '/api/v1/nothing'],
    ] as const) {
      const { status, text } = await ask(method, path, { 'Content-Type': 'application/json', ...headers });
      const refused = status === 403 && text.includes('"CSRF_REJECTED"');

      expect([path, refused ? 'refused' : 'heard']).toEqual([path, outcome]);
    }
  });

  it.each(FORM_TYPES)('with a body of type %j and no word of where it comes from is refused', async (type) => {
    for (const headers of [{}, { 'Sec-Fetch-Site': 'none' }] as Record<string, string>[]) {
      const { status, text } = await ask('PUT', '/api/v1/preferences', { 'Content-Type': type, ...headers });

      expect(status).toBe(403);
      expect(text).toContain('"CSRF_REJECTED"');
    }
  });

  it.each(FORM_TYPES)('with a body of type %j from our page has a type that no route takes', async (type) => {
    const { status } = await ask('PUT', '/api/v1/preferences', {
      'Content-Type': type,
      'Sec-Fetch-Site': 'same-origin',
      Origin: `https://${APP}`,
    });

    expect(status).toBe(415);
  });

  it('gets no word that would let another site read the answer', async () => {
    for (const method of ['OPTIONS', 'GET']) {
      const { headers } = await api.ask('/api/v1/user/me', {
        method,
        as: 'analyst',
        headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'PUT' },
      });

      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  /** Past the contract, which has no aliases. */
  async function ask(
    method: string,
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        'X-Forwarded-Access-Token': await api.stack.token('analyst'),
        'X-Forwarded-Host': APP,
        ...headers,
      },
      ...(method === 'DELETE' ? {} : { body: BODY }),
    });
    return { status: response.status, text: await response.text() };
  }
});
