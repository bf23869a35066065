import { randomUUID } from 'node:crypto';
import { createLakescopeClient } from '@lakescope/client';
import { TestApi, type Answer, type Persona } from './testing/test-api';
import { EVENTS, event, expectBalancedBooks, sqlOf, storedEvents } from './testing/usage-events';

const COUNT = '/api/v1/metrics/usage/count';
const APP = 'mine.apps.example';

type Json = Record<string, unknown>;

describe('POST /metrics/usage-events', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start();
  });

  afterEach(() => expectBalancedBooks(api));

  afterAll(() => api.stop());

  it('stores what people did, each for themselves', async () => {
    await asEngineer([event()]);
    const [mine, theirs] = [await stored('analyst'), await stored('engineer')];

    const answer = await api.ask(EVENTS, { method: 'POST', as: 'analyst', json: { events: [event(), event()] } });

    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({ received: 2, inserted: 2, duplicates: 0, rejected: [], deduplicated: true });
    expect([await stored('analyst'), await stored('engineer')]).toEqual([mine + 2, theirs]);
  });

  it('needs somebody', async () => {
    for (const path of [EVENTS, COUNT, '/api/v1/metrics/prometheus', '/metrics']) {
      const { status, json } = await api.ask(
        path,
        path === EVENTS ? { method: 'POST', json: { events: [event()] } } : {},
      );

      expect([path, status, json['error_code']]).toEqual([path, 401, 'AUTH_MISSING']);
    }
  });

  it('is reached by other services through their client', async () => {
    const client = createLakescopeClient({
      baseUrl: api.url,
      token: () => api.stack.token('engineer'),
      fetch: (address, init) => {
        const headers = new Headers(init?.headers);
        headers.set('X-Forwarded-Access-Token', (headers.get('authorization') ?? '').replace('Bearer ', ''));
        headers.delete('authorization');
        return fetch(address, { ...init, headers });
      },
    });

    const receipt = await client.recordUsageEvents({ body: { events: [{ event_type: 'export_triggered' }] } });

    expect(receipt).toMatchObject({ inserted: 1, deduplicated: false });
  });

  describe('in the name of somebody else', () => {
    it.each(['user_id', 'userId', 'user'])(
      'is refused: %s is no property of a batch, nor of an event',
      async (name) => {
        const victim = api.stack.workspace.personas.engineer.userName;
        const before = await stored('engineer');

        const batch = await api.ask(EVENTS, {
          method: 'POST',
          as: 'analyst',
          json: { events: [event()], [name]: victim },
        });
        const one = await api.ask(EVENTS, {
          method: 'POST',
          as: 'analyst',
          json: { events: [{ ...event(), [name]: victim }] },
        });

        expect([batch.status, fieldsOf(batch)]).toEqual([400, [{ path: name, message: 'is not accepted here' }]]);
        expect(one.json).toMatchObject({ inserted: 0, rejected: [{ index: 0 }] });
        expect(await stored('engineer')).toBe(before);
      },
    );

    it('is refused in the query, and headers change nothing', async () => {
      const victim = api.stack.workspace.personas.engineer.userName;
      const [mine, theirs] = [await stored('analyst'), await stored('engineer')];
      const headers = {
        'X-Forwarded-Email': victim,
        'X-Forwarded-User': victim,
        'X-Forwarded-Preferred-Username': victim,
      };

      await api.ask(EVENTS, { method: 'POST', as: 'analyst', json: { events: [event()] }, headers });
      const counted = await api.ask(COUNT, { as: 'analyst', headers });
      const asked = await api.ask(`${COUNT}?user_id=${encodeURIComponent(victim)}`, { as: 'analyst' });

      expect([await stored('analyst'), await stored('engineer')]).toEqual([mine + 1, theirs]);
      expect(counted.json['count']).toBe(mine + 1);
      expect([asked.status, fieldsOf(asked)[0]?.['path']]).toEqual([400, 'user_id']);
    });
  });

  describe('from', () => {
    it.each<[string, Record<string, string>, number]>([
      ['our page', { Origin: `https://${APP}`, 'Sec-Fetch-Site': 'same-origin' }, 202],
      ['our page in a browser that tells no Origin', { 'Sec-Fetch-Site': 'same-origin' }, 202],
      ['our page in a browser that tells nothing else', { Origin: `https://${APP}` }, 202],
      ['the address bar', { 'Sec-Fetch-Site': 'none' }, 403],
      ['who says nothing', {}, 403],
      ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, 403],
      ['another site that hides its Origin', { 'Sec-Fetch-Site': 'cross-site' }, 403],
      ['a sibling app', { Origin: 'https://other.apps.example', 'Sec-Fetch-Site': 'same-site' }, 403],
      ['a sandboxed page', { Origin: 'null' }, 403],
    ])('%s, a beacon is taken or refused', async (_, headers, expected) => {
      const before = await stored('analyst');

      const { status, json } = await api.ask(EVENTS, {
        method: 'POST',
        as: 'analyst',
        body: JSON.stringify({ events: [event()] }),
        headers: { 'Content-Type': 'text/plain;charset=UTF-8', 'X-Forwarded-Host': APP, ...headers },
      });

      expect([status, json['error_code']]).toEqual([expected, expected === 403 ? 'CSRF_REJECTED' : undefined]);
      expect(await stored('analyst')).toBe(before + (expected === 202 ? 1 : 0));
    });

    it.each([
      ['application/x-www-form-urlencoded', 415],
      ['multipart/form-data; boundary=x', 415],
      ['text/html', 415],
      ['application/xml', 415],
      ['application/json', 202],
    ])('our page, a body of the type %s is answered %d', async (type, expected) => {
      const { status } = await api.ask(EVENTS, {
        method: 'POST',
        as: 'analyst',
        body: JSON.stringify({ events: [event()] }),
        headers: { 'Content-Type': type, 'Sec-Fetch-Site': 'same-origin' },
      });

      expect(status).toBe(expected);
    });

    it.each(['text/plain', 'application/vnd.lakescope.raw'])(
      'our page, a body of the type %s is taken by no other route',
      async (type) => {
        const { status } = await api.ask('/api/v1/preferences', {
          method: 'PUT',
          as: 'analyst',
          body: '{"preference_key":"theme","preference_value":"dark"}',
          headers: { 'Content-Type': type, 'Sec-Fetch-Site': 'same-origin' },
        });

        expect(status).toBe(415);
      },
    );
  });

  it('lets no secret into the database or the log', async () => {
    const canary = `c4n4ry-${randomUUID()}`;
    const events = [
      { ...event(), page_name: `/catalog?access_token=${canary}`, element_id: `secret=${canary}` },
      {
        ...event(),
        metadata: { api_key: canary, url: `https://x.example/?sig=${canary}`, deep: { text: `Bearer ${canary}` } },
      },
      { ...event(), [`password=${canary}`]: canary },
      { ...event(), event_type: `token: ${canary}` },
    ];

    const { text } = await api.ask(EVENTS, { method: 'POST', as: 'engineer', json: { events } });

    const rows = await sqlOf(
      api,
      'SELECT event::text FROM usage_events AS event UNION ALL SELECT entry::text FROM metrics_ingest_log AS entry',
    );
    expect(JSON.stringify(rows)).toContain('[redacted]');
    expect(JSON.stringify(rows)).not.toContain(canary);
    expect(text).not.toContain(canary);
    expect(api.log.join('\n')).not.toContain(canary);
  });

  function asEngineer(events: unknown[]): Promise<Answer> {
    return api.ask(EVENTS, { method: 'POST', as: 'engineer', json: { events } });
  }

  function stored(persona: Persona): Promise<number> {
    return storedEvents(api, persona);
  }
});

function fieldsOf({ json }: Answer): Json[] {
  return (json['technical_details'] as { fields: Json[] }).fields;
}
