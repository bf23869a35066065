import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createLakescopeClient } from '@lakescope/client';
import { HttpLimits } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { answersIn, open, rawExchange, readAll, type RawAnswer } from './testing/raw-http';
import { TestApi, type Answer, type Persona } from './testing/test-api';

const EVENTS = '/api/v1/metrics/usage-events';
const COUNT = '/api/v1/metrics/usage/count';
const DISCOVER = '/api/v1/delta/tables';
const APP = 'mine.apps.example';
const BATCHES_PER_MINUTE = 100;
const MOST_BYTES = 1_000_000;
const MEBIBYTE = 1024 * 1024;

type Json = Record<string, unknown>;

describe('POST /metrics/usage-events', () => {
  let api: TestApi;

  beforeAll(async () => {
    const limits = new HttpLimits({ headersMs: 2_000, receiveMs: 2_500, slowCheckMs: 100 });
    api = await TestApi.start({ limits });
  });

  // What is stored is what the books say, whatever was sent.
  afterEach(async () => {
    const [books] = await sql<{ stored: number; booked: number }>(`
      SELECT (SELECT count(*)::integer FROM usage_events) AS stored,
             (SELECT coalesce(sum(rows), 0)::integer FROM metrics_ingest_log WHERE kind = 'usage') AS booked`);
    expect(books?.booked).toBe(books?.stored);
  });

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

  describe('of too much', () => {
    it('is refused above 1000 events, with both numbers', async () => {
      const before = await stored('analyst');
      const events = Array.from({ length: 1001 }, () => event());

      const { status, json } = await api.ask(EVENTS, { method: 'POST', as: 'analyst', json: { events } });

      expect([status, json['error_code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
      expect(json['technical_details']).toMatchObject({ max_batch_size: 1000, received: 1001 });
      expect(await stored('analyst')).toBe(before);
    });

    it('takes 1000 events and 1 MB, and not a byte more; other routes keep their mebibyte', async () => {
      const exactly = await sized(EVENTS, MOST_BYTES);
      const more = await sized(EVENTS, MOST_BYTES + 1);
      const elsewhere = [await sized(DISCOVER, MEBIBYTE), await sized(DISCOVER, MEBIBYTE + 1)];

      expect([exactly.status, more.status]).toEqual([202, 413]);
      expect(more.json['technical_details']).toMatchObject({ max_size_bytes: MOST_BYTES, received: MOST_BYTES + 1 });
      expect(elsewhere.map(({ status }) => status)).toEqual([400, 413]);
      expect(elsewhere[1]?.json['technical_details']).toMatchObject({ max_size_bytes: MEBIBYTE });
    });

    it('is refused in chunks without a length, as soon as it is too much and not after 40 MB', async () => {
      const socket = open(api.url);
      const [head, chunk] = [await headOf('Transfer-Encoding: chunked'), `10000\r\n${' '.repeat(65_536)}\r\n`];
      let isAnswered = false;
      const answer = readAll(socket, 2_000).finally(() => (isAnswered = true));
      socket.write(head);
      const rss = process.memoryUsage.rss();
      let sent = 0;
      while (!isAnswered && !socket.destroyed && sent < 640) {
        sent += 1;
        if (!socket.write(chunk)) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      if (!socket.destroyed) socket.end('0\r\n\r\n');

      const [refused] = answersIn(await answer);
      expect(refused?.status).toBe(413);
      expect(problemOf(refused)).toMatchObject({ technical_details: { max_size_bytes: MOST_BYTES } });
      expect(process.memoryUsage.rss() - rss).toBeLessThan(100 * MEBIBYTE);
    });

    it('takes chunks without a length as long as they are few', async () => {
      const body = JSON.stringify({ events: [event()] });
      const answers = await exchange(
        'Transfer-Encoding: chunked',
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      );

      expect(answers.map(({ status }) => status)).toEqual([202]);
    });

    it('is refused when it comes a byte at a time', async () => {
      const socket = open(api.url);
      const answer = readAll(socket, 10_000);
      socket.write(await headOf('Content-Length: 1000'));
      const drip = setInterval(() => socket.write(' '), 50);

      const [refused] = answersIn(await answer);
      clearInterval(drip);

      expect([refused?.status, problemOf(refused)['error_code']]).toEqual([408, 'REQUEST_TIMEOUT']);
    });

    it('is forgotten when it breaks off', async () => {
      const before = await stored('analyst');
      const body = JSON.stringify({ events: [event()] });
      const socket = open(api.url);
      socket.write((await headOf(`Content-Length: ${body.length}`)) + body.slice(0, -1));
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.destroy();

      expect((await api.ask('/health')).status).toBe(200);
      expect(await stored('analyst')).toBe(before);
    });

    it('is inflated no further than 1 MB, however much it would become, again and again', async () => {
      const bomb = new Uint8Array(gzipSync(Buffer.alloc(100 * MEBIBYTE, ' '), { level: 9 }));
      const rss = process.memoryUsage.rss();
      const answers = [];
      for (let sent = 0; sent < 20; sent++) answers.push(await gzipped(bomb));

      expect(bomb.length).toBeLessThan((100 * MEBIBYTE) / 900);
      for (const { status, json } of answers) {
        expect([status, json['error_code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
        expect(json['technical_details']).toMatchObject({ max_size_bytes: MOST_BYTES });
      }
      expect(process.memoryUsage.rss() - rss).toBeLessThan(100 * MEBIBYTE);
    });

    it('is inflated twice by nobody', async () => {
      const twice = gzipSync(gzipSync(JSON.stringify({ events: [event()] })));

      const answers = [await gzipped(new Uint8Array(twice)), await gzipped(new Uint8Array(twice), 'gzip, gzip')];

      expect(answers.map(({ status }) => status)).toEqual([400, 415]);
    });
  });

  describe('too often', () => {
    it('is refused with the time to wait, before anything is looked at, and costs nobody else anything', async () => {
      const flood = 3 * BATCHES_PER_MINUTE;
      const before = await stored('admin');
      const startedAt = performance.now();

      const answers: Answer[] = [];
      while (answers.length < flood) {
        const wave = Array.from({ length: 50 }, (_, index) => {
          const body = index % 2 === 0 ? 'no JSON' : JSON.stringify({ events: [event()] });
          return api.ask(EVENTS, {
            method: 'POST',
            as: 'admin',
            body,
            headers: { 'Content-Type': 'application/json' },
          });
        });
        answers.push(...(await Promise.all(wave)));
      }

      const refused = answers.filter(({ status }) => status === 429);
      const flowedIn = ((performance.now() - startedAt) / 60_000) * BATCHES_PER_MINUTE + 1;
      expect(flood - refused.length).toBeGreaterThanOrEqual(BATCHES_PER_MINUTE);
      expect(flood - refused.length).toBeLessThanOrEqual(BATCHES_PER_MINUTE + flowedIn);
      for (const { json, headers } of refused) {
        expect(json).toMatchObject({ error_code: 'RATE_LIMITED', technical_details: { max_batches_per_minute: 100 } });
        expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
      }
      expect(await stored('admin')).toBe(before + answers.filter(({ status }) => status === 202).length);
      expect((await api.ask(EVENTS, { method: 'POST', as: 'engineer', json: { events: [event()] } })).status).toBe(202);
    });
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

    const rows = await sql(
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

  function sql<Row>(statement: string, ...parameters: unknown[]): Promise<Row[]> {
    return api.app.get(Database).asSystem((tx) => tx.query(statement, parameters));
  }

  async function stored(persona: Persona): Promise<number> {
    const { userName } = api.stack.workspace.personas[persona];
    const [row] = await sql<{ count: number }>(
      'SELECT count(*)::integer FROM usage_events WHERE user_id = $1',
      userName,
    );
    return row?.count ?? NaN;
  }

  async function sized(path: string, bytes: number): Promise<Answer> {
    const body = JSON.stringify(
      path === EVENTS ? { events: Array.from({ length: 1000 }, () => event()) } : { nothing: 1 },
    );
    return api.ask(path, {
      method: 'POST',
      as: 'engineer',
      body: body + ' '.repeat(bytes - body.length),
      headers: { 'Content-Type': 'application/json' },
    });
  }

  async function gzipped(body: Uint8Array<ArrayBuffer>, encoding = 'gzip'): Promise<Answer> {
    const response = await fetch(`${api.url}${EVENTS}`, {
      method: 'POST',
      body,
      headers: {
        'X-Forwarded-Access-Token': await api.stack.token('analyst'),
        'Content-Type': 'application/json',
        'Content-Encoding': encoding,
      },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: JSON.parse(text) as Json };
  }

  async function headOf(...headers: string[]): Promise<string> {
    const token = await api.stack.token('analyst');
    const lines = [
      `POST ${EVENTS} HTTP/1.1`,
      'Host: app.example',
      'Content-Type: application/json',
      `X-Forwarded-Access-Token: ${token}`,
    ];
    return `${[...lines, ...headers].join('\r\n')}\r\n\r\n`;
  }

  async function exchange(header: string, body: string): Promise<RawAnswer[]> {
    return answersIn(await rawExchange(api.url, (await headOf(header)) + body));
  }
});

function event(): Json {
  return { event_id: uuidV7(), event_type: 'page_view', page_name: '/catalog' };
}

function uuidV7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

function fieldsOf({ json }: Answer): Json[] {
  return (json['technical_details'] as { fields: Json[] }).fields;
}

function problemOf(answer: RawAnswer | undefined): Json {
  return JSON.parse(answer?.body ?? '{}') as Json;
}
