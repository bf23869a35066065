import { ServingApp, type Json } from '../testing/serving-app';

describe('serving endpoints', () => {
  let app: ServingApp;

  beforeAll(async () => {
    app = await ServingApp.start();
  });
  afterAll(() => app.stop());
  afterEach(() => app.stack.workspace.faults.clear());

  const namesOf = ({ body }: { body: Json }): unknown[] => (body['items'] as Json[]).map(({ name }) => name);

  it('are those the caller may see, by name', async () => {
    expect(namesOf(await app.ask('analyst', '/endpoints'))).toEqual(['chat', 'line']);
    expect(namesOf(await app.ask('engineer', '/endpoints'))).toEqual(['line']);
    expect(namesOf(await app.ask('outsider', '/endpoints'))).toEqual([]);
  });

  it('come in pages, for whom they were made', async () => {
    const first = await app.ask('analyst', '/endpoints?limit=1');
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await app.ask('analyst', `/endpoints?limit=1&cursor=${cursor}`);
    const foreign = await app.ask('engineer', `/endpoints?limit=1&cursor=${cursor}`);

    expect([...namesOf(first), ...namesOf(second), second.body['next_cursor']]).toEqual(['chat', 'line', null]);
    expect([foreign.status, foreign.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('say whether they are ready, what is behind them, and what the caller may do', async () => {
    const { items } = (await app.ask('analyst', '/endpoints')).body as { items: Json[] };

    expect(items).toMatchObject([
      {
        name: 'chat',
        task: 'llm/v1/chat',
        ready: 'READY',
        detected_type: 'FOUNDATION_MODEL',
        permission_level: 'CAN_QUERY',
      },
      {
        name: 'line',
        task: null,
        config_update: 'NOT_UPDATING',
        detected_type: 'MLFLOW_MODEL',
        entities: [{ name: 'line-1', kind: 'custom', entity_name: 'ml.models.line', entity_version: '1' }],
      },
    ]);
  });

  it('are described with configuration, traffic and addresses', async () => {
    const { body } = await app.ask('engineer', '/endpoints/line');

    expect(body).toMatchObject({
      permission_level: 'CAN_VIEW',
      config: {
        version: 1,
        entities: [{ state: 'DEPLOYMENT_READY', traffic_percentage: 100 }],
        routes: [{ served_entity: 'line-1', traffic_percentage: 100 }],
      },
      pending_config: null,
      urls: { invocations: `${app.stack.workspace.url}/serving-endpoints/line/invocations` },
    });
  });

  it.each(['none', 'a%2Fb', '..%2Fline', '%E2%98%83'])('that are not there are told as such: %s', async (name) => {
    const { status, body } = await app.ask('analyst', `/endpoints/${name}`);

    expect([status, body['error_code']]).toEqual([404, 'ENDPOINT_NOT_FOUND']);
  });

  it('are measured, each model by itself', async () => {
    await app.ask('analyst', '/endpoints/line/invocations', { inputs: { dataframe_records: [{ miles: 1 }] } });
    await app.ask('analyst', '/endpoints/line/invocations', { inputs: { dataframe_records: [{}] } });
    const { body } = await app.ask('analyst', '/endpoints/line/metrics');

    expect(body).toMatchObject({
      endpoint_name: 'line',
      latency_ms: { p50: expect.any(Number) as number },
      errors_4xx: 1,
      errors_5xx: 0,
      entities: [{ served_entity: 'line-1', errors_4xx: 1 }],
    });
    expect(body['requests_per_second']).toBeCloseTo(2 / 60, 3);
    expect((await app.ask('outsider', '/endpoints/line/metrics')).status).toBe(403);
  });

  it('show what their models write', async () => {
    const service = await app.ask('analyst', '/endpoints/line/logs');
    const build = await app.ask('analyst', '/endpoints/line/logs?kind=build&served_entity=line-1');
    const other = await app.ask('analyst', '/endpoints/line/logs?served_entity=other');

    expect(service.body).toMatchObject({ served_entity: 'line-1', kind: 'service', truncated: false });
    expect(service.body['lines']).toEqual(expect.arrayContaining([expect.stringMatching(/Ready/)]));
    expect(build.body['lines']).toEqual(expect.arrayContaining([expect.stringMatching(/Building/)]));
    expect([other.status, other.body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
  });
});
