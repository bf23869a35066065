import { SearchLimits } from '@lakescope/server-search';
import { givenEndpoints } from './testing/given-endpoints';
import { givenJob } from './testing/given-jobs';
import { TestApi, type Answer } from './testing/test-api';

const REST = '/api/2.1/unity-catalog';
const ENDPOINTS = '/api/2.0/serving-endpoints';

type Json = Record<string, unknown>;

describe('the search of everything', () => {
  let api: TestApi;
  let job: string;
  let jobOfAnother: string;

  beforeAll(async () => {
    api = await TestApi.start({ servingDeployMilliseconds: 1 });
    await givenEndpoints(api);
    const { workspace } = api.stack;
    await workspace.createSchema('ml', 'chatter');
    await workspace.grant('CATALOG', 'ml', workspace.personas.analyst.userName, ['USE_CATALOG', 'USE_SCHEMA']);
    job = await givenJob(api, 'analyst', 'failed');
    jobOfAnother = await givenJob(api, 'engineer', 'failed');
  }, 30_000);
  afterAll(() => api.stop());
  afterEach(() => api.stack.workspace.faults.clear());

  const search = (query: string, token?: string): Promise<Answer> =>
    api.ask(`/api/v1/search?${query}`, token === undefined ? { as: 'analyst' } : { token });
  const group = ({ json }: Answer, name: string): Json => json[name] as Json;
  const items = (answer: Answer, name: string, by: string): unknown[] =>
    (group(answer, name)['items'] as Json[]).map(({ [by]: value }) => value);
  /** A token that remembers nothing. */
  const fresh = async (scopes?: string[]): Promise<string> => {
    const { workspace } = api.stack;
    return (await workspace.issueUserToken('analyst', scopes ?? workspace.app.effectiveUserApiScopes)).token;
  };

  it('finds names in the catalog and of endpoints, and jobs by what they write', async () => {
    const chat = await search('q=CHAT');
    expect(chat).toMatchObject({
      status: 200,
      json: { catalog: { has_more: false, incomplete: false, problem: null }, jobs: { items: [], problem: null } },
    });
    expect(items(chat, 'catalog', 'full_name')).toEqual(['ml.chatter']);
    expect(items(chat, 'serving_endpoints', 'name')).toEqual(['chat']);

    const raw = await search('q=RAW&limit=1');
    expect(items(raw, 'jobs', 'job_id')).toEqual([job]);
    expect(items(await search('q=ml.models.li'), 'serving_endpoints', 'name')).toEqual(['line']);
  });

  it('shows nobody what only somebody else may see', async () => {
    const other = await api.ask('/api/v1/search?q=a', { as: 'outsider' });
    expect(items(other, 'catalog', 'full_name')).not.toContain('ml.chatter');
    expect(items(other, 'serving_endpoints', 'name')).toEqual([]);
    expect(items(other, 'jobs', 'job_id')).toEqual([]);
    const query = `q=${jobOfAnother.slice(0, 13)}`;
    expect(items(await search(query), 'jobs', 'job_id')).toEqual([]);
    expect(items(await api.ask(`/api/v1/search?${query}`, { as: 'engineer' }), 'jobs', 'job_id')).toEqual([
      jobOfAnother,
    ]);
  });

  it('is bounded, and says when there is more', async () => {
    const one = await search('q=l&limit=1');
    expect(group(one, 'catalog')).toMatchObject({ items: [expect.anything()], has_more: true });
    expect((await search('q=l&limit=51')).json).toMatchObject({ error_code: 'INVALID_REQUEST' });
    expect((await search('q=')).json).toMatchObject({ error_code: 'INVALID_REQUEST' });
  });

  it('tells what could not be searched and why, beside what was found elsewhere', async () => {
    api.stack.workspace.faults.add({ path: `${REST}/catalogs`, status: 500 });
    const token = await fresh();
    const answer = await search('q=raw', token);

    expect(group(answer, 'catalog')).toMatchObject({
      items: [],
      incomplete: true,
      problem: { error_code: 'UPSTREAM_ERROR', instance: '/api/v1/search', correlation_id: expect.any(String) },
    });
    expect(items(answer, 'jobs', 'job_id')).toEqual([job]);
    expect(group(answer, 'serving_endpoints')['problem']).toBeNull();
  });

  it('names the scope that a token lacks', async () => {
    const answer = await search('q=raw', await fresh(['unity-catalog']));

    expect(group(answer, 'serving_endpoints')['problem']).toMatchObject({
      error_code: 'SCOPE_MISSING',
      technical_details: { scopes: ['model-serving'] },
    });
    expect(group(answer, 'catalog')['problem']).toBeNull();
  });

  it('waits for no place longer than for the others', async () => {
    Object.assign(api.app.get(SearchLimits), { placeMs: 300 });
    api.stack.workspace.faults.add({ path: ENDPOINTS, delayMs: 5_000 });
    const answer = await search('q=raw', await fresh());
    Object.assign(api.app.get(SearchLimits), { placeMs: 15_000 });

    expect(group(answer, 'serving_endpoints')['problem']).toMatchObject({ error_code: 'UPSTREAM_TIMEOUT' });
    expect(items(answer, 'jobs', 'job_id')).toEqual([job]);
  });

  it('finds the others where there is no database for jobs', async () => {
    await api.stack.postgres.halt();
    const answer = await search('q=chat');

    expect(group(answer, 'jobs')['problem']).toMatchObject({ error_code: 'DATABASE_UNAVAILABLE' });
    expect(items(answer, 'serving_endpoints', 'name')).toEqual(['chat']);
  });
});
