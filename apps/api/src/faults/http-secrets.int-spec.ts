import { TestApi, type Ask } from '../testing/test-api';

/** Planted wherever a request or an answer of the platform has room for it; none may come out again. */
const SECRETS = {
  password: 'hunter2-planted',
  pat: 'dapi0123456789abcdef0123456789abcdef',
  awsKey: 'AKIAIOSFODNN7PLANTED',
  signature: 'deadbeefplanted',
};

describe('a secret', () => {
  let api: TestApi;
  let token: string;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
    token = (await api.stack.workspace.issueUserToken('analyst', ['files'])).token;
  });

  afterEach(() => api.stack.workspace.faults.clear());
  afterAll(() => api.stop());

  const places: [string, string, Ask][] = [
    ['the path', `/api/v1/nothing/password=${SECRETS.password}/${SECRETS.pat}`, {}],
    ['the path of a volume', `/api/v1/unity-catalog/files?path=/Volumes/a/b/${SECRETS.awsKey}`, {}],
    ['the query', `/api/v1/unity-catalog/files?X-Amz-Signature=${SECRETS.signature}&token=${SECRETS.pat}`, {}],
    ['the User-Agent', '/api/v1/nothing', { headers: { 'User-Agent': `x ${SECRETS.pat}` } }],
    ['a cookie', '/api/v1/nothing', { headers: { Cookie: `session=${SECRETS.password}` } }],
    ['the authorization', '/api/v1/nothing', { headers: { Authorization: `Basic ${SECRETS.password}` } }],
    ['the body', '/api/v1/preferences', { method: 'PUT', json: { [SECRETS.pat]: SECRETS.password } }],
    ['a correlation id', '/api/v1/nothing', { headers: { 'X-Correlation-ID': SECRETS.pat } }],
  ];

  it.each(places)('in %s is in no log line', async (_, path, ask) => {
    const before = api.log.length;
    await api.ask(path, { token, ...ask });
    await api.ask('/health');

    expect(api.log.length).toBeGreaterThan(before);
    for (const secret of [...Object.values(SECRETS), token]) expect(linesWith(secret)).toEqual([]);
  });

  it('that the platform tells in an error is neither in the answer nor in the log', async () => {
    const message = `Login of app failed: password=${SECRETS.password}; used Bearer ${token} and ${SECRETS.pat}\n\tat com.databricks.Secret.scala(1)`;
    api.stack.workspace.faults.add({
      pathPrefix: '/api/2.0/fs',
      status: 400,
      body: JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message }),
    });

    const { status, text } = await api.ask('/api/v1/unity-catalog/files?path=/Volumes/a/b/c', { token });

    expect(status).toBe(400);
    expect(text).toContain('Login of app failed');
    expect(text).not.toContain('com.databricks');
    for (const secret of [SECRETS.password, SECRETS.pat, token]) {
      expect(text).not.toContain(secret);
      expect(linesWith(secret)).toEqual([]);
    }
  });

  function linesWith(secret: string): string[] {
    return api.log.filter((line) => line.includes(secret));
  }
});
