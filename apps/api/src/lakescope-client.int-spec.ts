import { join } from 'node:path';
import {
  LakescopeProblem,
  QueryFailed,
  UnexpectedAnswer,
  clientCredentials,
  createLakescopeClient,
  paginate,
  queryRecords,
  readEvents,
  resumeQuery,
  submitQuery,
  type LakescopeClient,
  type LakescopeClientOptions,
  type Problem,
} from '@lakescope/client';
import { givenDeltaTable } from '@lakescope/server-testing';
import { TestApi, type Persona } from './testing/test-api';

const FILES = '/Volumes/demo/lake/files';
const NUMBERS = { catalog: 'demo', schema: 'lake', table: 'numbers' };

describe('the client for other services', () => {
  let api: TestApi;
  let door: string;
  let lakescope: LakescopeClient;

  beforeAll(async () => {
    api = await TestApi.start({
      warehouseStartMilliseconds: 0,
      servingDeployMilliseconds: 1,
      servingTokenMilliseconds: 1,
    });
    door = await api.stack.frontDoor(api.url);
    await api.stack.volume('demo.lake.files', { 'ä b.txt': 'hello', 'c.txt': 'world' });
    const lake = api.stack.workspace.volumeDirectory('demo', 'lake', 'files');
    const numbers = Array.from({ length: 1_234 }, (_, number) => ({ number }));
    await givenDeltaTable(join(lake, 'tables/numbers'), { versions: [numbers] });
    await givenDeltaTable(join(lake, 'tables/others'), { versions: [[{ one: 1 }]] });
    await api.stack.workspace.registerTable('demo.lake.numbers', `${FILES}/tables/numbers`);
    await api.stack.workspace.createServingEndpoint(
      { name: 'chat', config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] } },
      { CAN_QUERY: ['analyst'] },
    );
    lakescope = clientAs('engineer');
  });

  afterEach(() => api.stack.workspace.faults.clear());

  afterAll(() => api.stop());

  it('answers with the types of the contract', async () => {
    const me = await lakescope.getMe();

    expect(me.user_id).toBe(api.stack.workspace.personas.engineer.userName);
  });

  it('acts as a service principal that has a secret', async () => {
    const { url: workspaceUrl, servicePrincipal } = api.stack.workspace;
    const token = clientCredentials({ workspaceUrl, ...servicePrincipal });
    const service = createLakescopeClient({ baseUrl: door, token });

    expect((await service.getMe()).user_id).toBe(servicePrincipal.clientId);
    expect(await token()).toBe(await token());
    await expect(
      clientCredentials({ workspaceUrl, ...servicePrincipal, clientSecret: 'wrong' })(),
    ).rejects.toMatchObject({ name: 'UnexpectedAnswer', status: 401 });
  });

  it('gets another token for one that was revoked, and goes on', async () => {
    const { workspace } = api.stack;
    const token = clientCredentials({ workspaceUrl: workspace.url, ...workspace.servicePrincipal });
    const service = createLakescopeClient({ baseUrl: door, token });
    const first = await token();
    await workspace.revoke(first);

    expect((await service.getMe()).user_id).toBe(workspace.servicePrincipal.clientId);
    expect(await token()).not.toBe(first);
  });

  it('asks for another token when the app finds this one expired, and goes on', async () => {
    const { workspace } = api.stack;
    const refusals: (string | undefined)[] = [];
    const service = clientAs('engineer', {
      token: async (refused) => {
        refusals.push(refused);
        return (await workspace.issueUserToken('engineer', workspace.app.effectiveUserApiScopes)).token;
      },
    });
    workspace.faults.add({ pathPrefix: '/api/2.0/preview/scim', token: 'expired', times: 1 });

    expect((await service.getMe()).user_id).toBe(workspace.personas.engineer.userName);
    expect(refusals).toEqual([undefined, expect.any(String)]);
  });

  it.each([
    [
      'by GET, with its cursor in the address',
      () => paginate(lakescope.listFiles, { query: { path: FILES, limit: 1 } }),
    ],
    [
      'by POST, with its cursor in the body',
      () =>
        paginate(lakescope.discoverTables, {
          body: { source: { kind: 'volume', path: FILES }, limit: 1, max_depth: 3 },
        }),
    ],
  ])('hands out every item of a list that is asked %s', async (_how, items) => {
    const names: string[] = [];
    for await (const { name } of items()) names.push(name);

    expect([
      ['c.txt', 'tables', 'ä b.txt'],
      ['numbers', 'others'],
    ]).toContainEqual(names.sort());
  });

  it('writes, reads and deletes', async () => {
    await lakescope.putPreference({ body: { preference_key: 'theme', preference_value: 'dark' } });
    const { items } = await lakescope.listPreferences();
    const deleted = await lakescope.deletePreference({ path: { key: 'theme' } });

    expect(items.map(({ preference_value }) => preference_value)).toEqual(['dark']);
    expect(deleted).toBeUndefined();
  });

  it('sends a file as it is, and hands one over as a stream', async () => {
    const query = { path: `${FILES}/made here.bin` };
    const admin = clientAs('admin');
    await admin.putFileContent({ query, body: new Blob([Uint8Array.of(0, 255, 10)]) });
    const response = await admin.getFileContent({ query });
    const headers = await admin.headFileContent({ query });

    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(0, 255, 10));
    expect(headers.get('content-length')).toBe('3');
  });

  it('rejects with the problem, its code, its details and the id to look for', async () => {
    const source = { query: { path: `${FILES}/tables/numbers`, version: 7 } };
    const failure = await lakescope
      .describeTableByPath(source, { correlationId: 'from-a-service' })
      .catch((error: unknown) => error);

    if (!(failure instanceof LakescopeProblem) || failure.code !== 'VERSION_NOT_FOUND') throw failure;
    const { requested, earliest, latest } = failure.details;
    expect([requested, earliest, latest, failure.correlationId]).toEqual([7, 0, 0, 'from-a-service']);
  });

  it('tells who may not from who may', async () => {
    await expect(lakescope.getAdminOverview()).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' });
    await expect(clientAs('admin').getAdminOverview()).resolves.toMatchObject({});
  });

  it('tells what is no answer of Lakescope from what is', async () => {
    const elsewhere = createLakescopeClient({ baseUrl: `${api.url}/docs`, token: () => 't' });
    const stranger = createLakescopeClient({ baseUrl: door, token: () => 'no token at all' });

    await expect(elsewhere.getMe()).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    await expect(stranger.getMe()).rejects.toBeInstanceOf(UnexpectedAnswer);
  });

  describe('queries', () => {
    const numbersOf = async (rows: AsyncIterable<Record<string, unknown>>): Promise<number[]> => {
      const numbers: number[] = [];
      for await (const { number } of rows) numbers.push(Number(number));
      return numbers;
    };

    it('all rows, page after page, in their order', async () => {
      expect(await numbersOf(queryRecords(lakescope, NUMBERS))).toEqual([...Array(1_234).keys()]);
    });

    it('as many rows as were asked for', async () => {
      const order_by = [{ column: 'number', direction: 'desc' as const }];

      expect(await numbersOf(queryRecords(lakescope, { ...NUMBERS, order_by, limit: 3 }))).toEqual([1233, 1232, 1231]);
    });

    it('and goes on when connections are lost, wherever in a query', async () => {
      let asked = 0;
      const flaky = clientAs('engineer', {
        retry: { baseMs: 5 },
        fetch: async (address, init) => {
          const response = await fetch(address, init);
          // Each second answer is lost on the way: the server has done what was asked.
          if ((asked += 1) % 2 === 1) throw new TypeError('fetch failed');
          return response;
        },
      });

      expect(await numbersOf(queryRecords(flaky, { ...NUMBERS, wait_ms: 0 }))).toHaveLength(1_234);
      expect(asked).toBeGreaterThan(6);
    });

    it('that another process takes up', async () => {
      const { id } = await submitQuery(lakescope, { ...NUMBERS, limit: 2, wait_ms: 0 });

      expect(await numbersOf(resumeQuery(clientAs('engineer'), id).records())).toEqual([0, 1]);
      await expect(resumeQuery(clientAs('admin'), id).finished()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('and cancels them on the warehouse when it is no longer wanted', async () => {
      api.stack.workspace.faults.add({ pathPrefix: '/api/2.0/sql/statements', method: 'GET', delayMs: 300 });
      const controller = new AbortController();
      const query = await submitQuery(lakescope, { ...NUMBERS, wait_ms: 0 }, { signal: controller.signal });
      const rows = numbersOf(query.records());
      setTimeout(() => controller.abort(new Error('no longer wanted')), 50);

      await expect(rows).rejects.toThrow('no longer wanted');
      expect(await lakescope.getQuery({ path: { id: query.id } })).toMatchObject({ status: 'CANCELED' });
    });

    it('and says why there are no rows', async () => {
      const rows = numbersOf(queryRecords(lakescope, { ...NUMBERS, table: 'nothing' }));

      const failure = await rows.catch((error: unknown) => error);
      expect(failure instanceof QueryFailed || failure instanceof LakescopeProblem).toBe(true);
      expect(failure).toMatchObject({ code: 'TABLE_NOT_FOUND' });
    });
  });

  describe('a chat', () => {
    const chat = {
      path: { name: 'chat' },
      body: { inputs: { messages: [{ role: 'user', content: 'Tell me of lakes.' }], max_tokens: 20 } },
    };

    it('is read piece by piece, to its end', async () => {
      const events: string[] = [];
      for await (const { event } of readEvents(clientAs('analyst').streamServingEndpoint, chat)) events.push(event);

      expect([events[0], events.at(-1), new Set(events)]).toEqual([
        'start',
        'done',
        new Set(['start', 'chunk', 'done']),
      ]);
    });

    it('is refused as any call is', async () => {
      const events = readEvents(clientAs('outsider').streamServingEndpoint, chat);

      await expect(events.next()).rejects.toBeInstanceOf(LakescopeProblem);
    });

    it('says in an event what went wrong in the middle', async () => {
      api.stack.workspace.faults.add({ path: '/serving-endpoints/chat/invocations', stream: 'cut', afterEvents: 2 });
      const problems: LakescopeProblem[] = [];
      for await (const { event, data } of readEvents(clientAs('analyst').streamServingEndpoint, chat)) {
        if (event === 'error') problems.push(new LakescopeProblem(JSON.parse(data) as Problem));
      }

      expect(problems.map(({ code }) => code)).toEqual(['UPSTREAM_ERROR']);
    });
  });

  function clientAs(persona: Persona, options: Partial<LakescopeClientOptions> = {}): LakescopeClient {
    return createLakescopeClient({ baseUrl: door, token: () => api.stack.token(persona), ...options });
  }
});
