import { createLakescopeClient, type LakescopeClient } from './create-lakescope-client';
import { ConnectionFailure, LakescopeProblem, UnexpectedAnswer } from './lakescope-problem';
import type { LakescopeClientOptions } from './send';
import { ScriptedServer, gone, half, json, page, problem, silent } from './testing/scripted-server';

const EVENTS = { body: { events: [{ event_type: 'export_triggered' as const }] } };
const SOURCE = { source: { kind: 'volume' as const, path: '/Volumes/demo/lake/tables/flights' } };

describe('a call', () => {
  let server: ScriptedServer;
  let lakescope: LakescopeClient;

  beforeAll(async () => {
    server = await ScriptedServer.start();
    lakescope = client();
  });

  afterAll(() => server.stop());

  function client(options: Partial<LakescopeClientOptions> = {}): LakescopeClient {
    return createLakescopeClient({
      baseUrl: `${server.url}/`,
      token: () => 'token-1',
      retry: { baseMs: 5, maxMs: 10 },
      ...options,
    });
  }

  const methods = (): string[] => server.asked.map(({ method }) => method);

  describe('that fails for a moment', () => {
    it.each([
      ['a lost connection', gone],
      ['half of an answer', half],
      ['a limit', problem('RATE_LIMITED', 429)],
      ['a gateway', page(502)],
      ['a database that is away', problem('DATABASE_UNAVAILABLE', 503)],
    ])('is repeated after %s', async (_what, answer) => {
      server.will(answer, answer, json({ user_id: 'me' }));

      expect(await lakescope.getMe()).toEqual({ user_id: 'me' });
      expect(methods()).toEqual(['GET', 'GET', 'GET']);
    });

    it('is given up after the last try, with what happened then', async () => {
      server.will(gone, problem('UPSTREAM_ERROR', 502));

      await expect(lakescope.getMe()).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', correlationId: 'the-one' });
      expect(server.asked).toHaveLength(4);
    });

    it('waits as long as the server asks', async () => {
      server.will(problem('RATE_LIMITED', 429, { 'retry-after': '1' }), json({}));
      const started = performance.now();

      await lakescope.getMe();

      expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    });

    it('is given up at once when the server asks for more time than there is', async () => {
      server.will(page(503, { 'retry-after': '60' }));

      const failure = lakescope.getMe(undefined, { deadlineMs: 2_000 });

      await expect(failure).rejects.toMatchObject({ name: 'UnexpectedAnswer', status: 503, retryAfterSeconds: 60 });
      expect(server.asked).toHaveLength(1);
    });
  });

  describe('that may have had an effect', () => {
    it.each([
      ['a lost connection', gone, ConnectionFailure],
      ['a limit', problem('RATE_LIMITED', 429), LakescopeProblem],
      ['a gateway', page(504), UnexpectedAnswer],
    ])('is not repeated after %s', async (_what, answer, kind) => {
      server.will(answer);

      await expect(lakescope.recordUsageEvents(EVENTS)).rejects.toBeInstanceOf(kind);
      expect(methods()).toEqual(['POST']);
    });

    it('is repeated when its caller says that this does no harm', async () => {
      server.will(gone, json({ received: 1 }, 202));

      await lakescope.recordUsageEvents(EVENTS, { idempotent: true });

      expect(server.asked.map(({ body }) => body)).toEqual([JSON.stringify(EVENTS.body), JSON.stringify(EVENTS.body)]);
    });

    it('is told from a POST that only reads, as the contract marks it', async () => {
      server.will(gone, json({ rows: [] }));

      await lakescope.previewTable({ body: SOURCE });

      expect(methods()).toEqual(['POST', 'POST']);
    });

    it('is told from PUT and DELETE', async () => {
      server.will(gone, json({}), gone, (response) => response.writeHead(204).end());

      await lakescope.putPreference({ body: { preference_key: 'theme', preference_value: 'dark' } });
      await lakescope.deletePreference({ path: { key: 'theme' } });

      expect(methods()).toEqual(['PUT', 'PUT', 'DELETE', 'DELETE']);
    });
  });

  describe('whose token has expired', () => {
    const renewing = (): { given: (string | undefined)[]; token: (refused?: string) => string } => {
      const given: (string | undefined)[] = [];
      return { given, token: (refused) => `token-${given.push(refused)}` };
    };

    it.each([
      ['by the app', problem('AUTH_EXPIRED', 401)],
      ["by the platform's proxy", json({ error_code: 401, message: 'Credential was not sent' }, 401)],
    ])('is repeated once with another, when it was refused %s', async (_who, refusal) => {
      const { given, token } = renewing();
      server.will(refusal, json({ received: 1 }, 202));

      await client({ token }).recordUsageEvents(EVENTS);

      expect(given).toEqual([undefined, 'token-1']);
      expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    });

    it('is given up when the other is refused too', async () => {
      const { given, token } = renewing();
      server.will(problem('AUTH_EXPIRED', 401));

      await expect(client({ token }).getMe()).rejects.toMatchObject({ code: 'AUTH_EXPIRED' });
      expect(given).toHaveLength(2);
    });

    it('is not repeated for a token that is none', async () => {
      const { given, token } = renewing();
      server.will(problem('AUTH_INVALID', 401));

      await expect(client({ token }).getMe()).rejects.toMatchObject({ code: 'AUTH_INVALID' });
      expect(given).toHaveLength(1);
    });
  });

  describe('ends', () => {
    it('when its caller aborts, with the reason', async () => {
      const controller = new AbortController();
      server.will(silent);
      const call = lakescope.getMe(undefined, { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('no longer wanted')), 20);

      await expect(call).rejects.toThrow('no longer wanted');
      await expect(lakescope.getMe(undefined, { signal: controller.signal })).rejects.toThrow('no longer wanted');
      expect(server.asked).toHaveLength(1);
    });

    it('when its caller aborts during a pause', async () => {
      const controller = new AbortController();
      server.will(problem('RATE_LIMITED', 429, { 'retry-after': '30' }));
      const call = lakescope.getMe(undefined, { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('no longer wanted')), 50);

      await expect(call).rejects.toThrow('no longer wanted');
    });

    it('when its caller aborts while the token is awaited', async () => {
      const endless = client({ token: () => new Promise(() => undefined) });

      await expect(endless.getMe(undefined, { signal: AbortSignal.timeout(20) })).rejects.toThrow(/timeout/);
    });

    it('when its time is over, which is no reason to try again', async () => {
      server.will(silent);

      await expect(client({ deadlineMs: 40 }).getMe()).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(server.asked).toHaveLength(1);
    });

    it('not while a file is read that came in time', async () => {
      server.will((response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream' }).write('first ');
        setTimeout(() => response.end('last'), 120);
      });

      const response = await client({ deadlineMs: 60 }).getFileContent({ query: { path: '/Volumes/a/b/c/d' } });

      expect(await response.text()).toBe('first last');
    });
  });

  describe('sends', () => {
    const target = { query: { path: '/Volumes/a/b/c/d.bin' } };

    it.each([
      ['a blob', () => new Blob(['bytes'])],
      ['a buffer', () => new TextEncoder().encode('bytes')],
      ['an ArrayBuffer', () => new TextEncoder().encode('bytes').buffer],
      ['a stream', () => new Blob(['bytes']).stream()],
    ])('%s as it is', async (_what, body) => {
      server.will(json({}));

      await lakescope.putFileContent({ ...target, body: body() });

      expect(server.asked[0]).toMatchObject({ body: 'bytes', headers: { 'content-type': 'application/octet-stream' } });
    });

    it('a stream once only', async () => {
      server.will(page(503));

      const sent = lakescope.putFileContent({ ...target, body: new Blob(['bytes']).stream() });

      await expect(sent).rejects.toBeInstanceOf(UnexpectedAnswer);
      expect(server.asked).toHaveLength(1);
    });

    it('every value where the contract has it', async () => {
      server.will(json({}));

      await lakescope.saveProject(
        { path: { slug: 'a/b ?#ä' }, headers: { 'If-Match': '"7"' }, body: { name: 'n', description: '' } as never },
        { correlationId: 'from-here' },
      );

      expect(server.asked[0]).toMatchObject({
        method: 'PUT',
        url: '/api/v1/unity-catalog/projects/a%2Fb%20%3F%23%C3%A4',
        headers: { 'if-match': '"7"', 'x-correlation-id': 'from-here', authorization: 'Bearer token-1' },
      });
    });

    it.each(['', '.', '..'])('nothing to another path: %j', async (slug) => {
      server.will(json({}));

      await expect(lakescope.getProject({ path: { slug } })).rejects.toMatchObject({ name: 'TypeError' });
      expect(server.asked).toEqual([]);
    });

    it('nothing with a header that cannot be sent', async () => {
      server.will(json({}));

      await expect(lakescope.getMe(undefined, { correlationId: 'a\nb' })).rejects.toMatchObject({ name: 'TypeError' });
      expect(server.asked).toEqual([]);
    });
  });

  it('reads answers as it is told to, so that no digit of a prediction is lost', async () => {
    const answer = '{"predictions":[9007199254740993]}';
    server.will((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
    const exact = client({ parseJson: (text) => text });

    expect(await exact.getMe()).toBe(answer);
  });

  describe('takes no', () => {
    it.each([
      ['page for an answer', page(200)],
      ['redirect', page(302, { location: '/login' })],
      [
        "proxy's problem for one of Lakescope",
        (response) =>
          response
            .writeHead(403, { 'content-type': 'application/problem+json' })
            .end('{"type":"about:blank","detail":"no"}'),
      ],
      ['text for JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"half')],
    ] satisfies [string, Parameters<ScriptedServer['will']>[0]][])('%s', async (_what, answer) => {
      server.will(answer);

      await expect(lakescope.getMe()).rejects.toBeInstanceOf(UnexpectedAnswer);
      expect(server.asked).toHaveLength(1);
    });
  });

  it.each(['', 'lakescope.example', 'ftp://lakescope.example'])('needs an address: %j is none', (baseUrl) => {
    expect(() => client({ baseUrl })).toThrow(/Invalid URL|baseUrl/);
  });
});
