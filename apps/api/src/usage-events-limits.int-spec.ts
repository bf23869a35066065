import { gzipSync } from 'node:zlib';
import { HttpLimits } from '@lakescope/server-http';
import { answersIn, open, rawExchange, readAll, type RawAnswer } from './testing/raw-http';
import { TestApi, type Answer, type Persona } from './testing/test-api';
import { EVENTS, event, expectBalancedBooks, storedEvents } from './testing/usage-events';

const DISCOVER = '/api/v1/delta/tables';
const BATCHES_PER_MINUTE = 300;
/** Batches of a flood; 20,400 with FAULT_SCALE=34. */
const FLOOD = 600 * Number(process.env['FAULT_SCALE'] ?? 1);
const MOST_BYTES = 1_000_000;
const MEBIBYTE = 1024 * 1024;

type Json = Record<string, unknown>;

describe('POST /metrics/usage-events', () => {
  let api: TestApi;

  beforeAll(async () => {
    const limits = new HttpLimits({ headersMs: 2_000, receiveMs: 2_500, slowCheckMs: 100 });
    api = await TestApi.start({ limits });
  });

  afterEach(() => expectBalancedBooks(api));

  afterAll(() => api.stop());

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
      const before = await stored('admin');
      const startedAt = performance.now();

      const answers: Answer[] = [];
      while (answers.length < FLOOD) {
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
      expect(FLOOD - refused.length).toBeGreaterThanOrEqual(BATCHES_PER_MINUTE);
      expect(FLOOD - refused.length).toBeLessThanOrEqual(BATCHES_PER_MINUTE + flowedIn);
      for (const { json, headers } of refused) {
        expect(json).toMatchObject({
          error_code: 'RATE_LIMITED',
          technical_details: { max_batches_per_minute: BATCHES_PER_MINUTE },
        });
        expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
      }
      expect(await stored('admin')).toBe(before + answers.filter(({ status }) => status === 202).length);
      expect((await api.ask(EVENTS, { method: 'POST', as: 'engineer', json: { events: [event()] } })).status).toBe(202);
    });
  });

  function stored(persona: Persona): Promise<number> {
    return storedEvents(api, persona);
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

function problemOf(answer: RawAnswer | undefined): Json {
  return JSON.parse(answer?.body ?? '{}') as Json;
}
