import { givenEndpoints } from './testing/given-endpoints';
import { TestApi } from './testing/test-api';

const LINE = '/api/v1/serving/endpoints/line';
const SECRET = 'a-secret-of-the-input-4711';

describe('model serving at the server', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false, servingDeployMilliseconds: 1 });
    await givenEndpoints(api);
  });
  afterAll(() => api.stop());
  afterEach(() => api.stack.workspace.faults.clear());

  // Each answer is held to the contract.
  it.each([
    ['/api/v1/serving/endpoints', 'GET', undefined],
    [LINE, 'GET', undefined],
    [`${LINE}/schema`, 'GET', undefined],
    [`${LINE}/metrics`, 'GET', undefined],
    [`${LINE}/logs`, 'GET', undefined],
    [`${LINE}/invocations`, 'POST', { inputs: { dataframe_records: [{ miles: 2 }] } }],
    ['/api/v1/serving/endpoints/chat/invocations', 'POST', { inputs: { messages: [{ role: 'user', content: 'Hi' }] } }],
    ['/api/v1/serving/endpoints/chat/stream', 'POST', { inputs: { messages: [{ role: 'user', content: 'Hi' }] } }],
  ])('answers the analyst at %s (%s), and not who has no right', async (path, method, json) => {
    const ask = (as: 'analyst' | 'outsider') => api.ask(path, { method, as, ...(json === undefined ? {} : { json }) });
    const [own, other] = [await ask('analyst'), await ask('outsider')];

    expect(own.status).toBe(200);
    expect(other.status === 200 ? (other.json['items'] ?? other.json['status']) : other.json['error_code']).toEqual(
      path === '/api/v1/serving/endpoints' ? [] : 'PERMISSION_DENIED',
    );
  });

  it('tells the words of the model to who asked, and to no log', async () => {
    api.stack.workspace.faults.add({
      path: '/serving-endpoints/line/invocations',
      status: 400,
      times: 1,
      body: { error_code: 'BAD_REQUEST', message: `Cannot convert '${SECRET}' to double` },
    });
    const inputs = { dataframe_records: [{ miles: SECRET }] };
    const refused = await api.ask(`${LINE}/invocations`, { method: 'POST', as: 'analyst', json: { inputs } });
    const checked = await api.ask(`${LINE}/invocations`, {
      method: 'POST',
      as: 'analyst',
      json: { inputs, validate: true },
    });
    api.stack.workspace.faults.add({
      path: '/serving-endpoints/line/invocations',
      status: 500,
      body: { error_code: 'INTERNAL_ERROR', message: `It broke on ${SECRET}` },
    });
    const broken = await api.ask(`${LINE}/invocations`, { method: 'POST', as: 'analyst', json: { inputs } });

    expect([refused.status, checked.status, broken.status]).toEqual([400, 400, 502]);
    expect(refused.text).toContain(SECRET);
    expect(api.log.join('\n')).toContain('INVALID_MODEL_INPUT');
    expect(api.log.filter((line) => line.includes(SECRET))).toEqual([]);
  });

  it('takes its large bodies from people it knows, and from nobody else', async () => {
    const body = JSON.stringify({ inputs: { text: 'x'.repeat(17 * 1024 * 1024) } });
    const headers = { 'Content-Type': 'application/json' };
    const known = await api.ask(`${LINE}/invocations`, { method: 'POST', as: 'analyst', body, headers });
    const stranger = await api.ask(`${LINE}/invocations`, { method: 'POST', body, headers });

    expect([known.status, known.json['error_code']]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(stranger.status).toBe(401);
  });
});
