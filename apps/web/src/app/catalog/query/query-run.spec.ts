import { jest } from '@jest/globals';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideApi, type QueryDto, type RunQueryDto } from '@lakescope/web-api';
import { QueryRun } from './query-run';

const request = {
  catalog: 'demo',
  schema: 'lake',
  table: 'airports',
  columns: null,
  filters: [],
  order_by: [],
  limit: 100,
  offset: 0,
};
const asked: RunQueryDto = { catalog: 'demo', schema: 'lake', table: 'airports' };

function query(change: Partial<QueryDto>): QueryDto {
  return {
    query_id: 'q-1',
    status: 'RUNNING',
    warehouse: { state: 'RUNNING', elapsed_ms: null },
    request,
    sql_statement: 'SELECT 1',
    parameters: [],
    columns: [{ name: 'id', type: 'BIGINT' }],
    rows: [],
    row_count: null,
    total_row_count: null,
    execution_time_ms: null,
    truncated: false,
    chunk: 0,
    chunk_count: null,
    submitted_at: '2026-01-01T00:00:00Z',
    finished_at: null,
    error: null,
    ...change,
  };
}

const done = (change: Partial<QueryDto> = {}): QueryDto =>
  query({ status: 'SUCCEEDED', rows: [['1']], row_count: 1, chunk_count: 1, execution_time_ms: 12, ...change });

describe('QueryRun', () => {
  let http: HttpTestingController;
  let run: QueryRun;

  beforeEach(() => {
    jest.useFakeTimers();
    TestBed.configureTestingModule({
      providers: [provideApi(), provideHttpClient(), provideHttpClientTesting(), QueryRun],
    });
    http = TestBed.inject(HttpTestingController);
    run = TestBed.inject(QueryRun);
  });
  afterEach(() => {
    http.verify();
    jest.useRealTimers();
  });

  const answer = async (method: string, url: string, body: QueryDto | null, status = 200) => {
    const found = http.expectOne(
      (candidate) => candidate.method === method && candidate.urlWithParams === `/api/v1/unity-catalog/${url}`,
    );
    if (status === 200) found.flush(body);
    else found.flush(body, { status, statusText: 'refused' });
    await jest.advanceTimersByTimeAsync(0);
  };

  it('shows a quick query after one request', async () => {
    const started = run.start(asked);
    expect(run.isUnderWay()).toBe(true);
    await answer('POST', 'query', done());
    expect(await started).toEqual({ queryId: 'q-1' });
    expect([run.isUnderWay(), run.rows()]).toEqual([false, [['1']]]);
  });

  it('asks about a longer one until it ends, while its time ticks', async () => {
    void run.start(asked);
    await answer('POST', 'query', query({}));
    await jest.advanceTimersByTimeAsync(200);
    expect(run.elapsedMs()).toBeGreaterThanOrEqual(200);
    await answer('GET', 'query/q-1', query({}));
    await jest.advanceTimersByTimeAsync(300);
    await answer('GET', 'query/q-1', done());
    expect(run.isUnderWay()).toBe(false);
    await jest.advanceTimersByTimeAsync(10_000);
  });

  it('counts on from where the warehouse began to start', async () => {
    void run.start(asked);
    await answer('POST', 'query', query({ status: 'PENDING', warehouse: { state: 'STARTING', elapsed_ms: 11_000 } }));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(run.startingMs()).toBeGreaterThanOrEqual(12_000);
    await jest.advanceTimersByTimeAsync(500);
    await answer('GET', 'query/q-1', done());
    expect(run.startingMs()).toBeUndefined();
  });

  it('takes a query up again by its id, as after a reload', async () => {
    run.resume('q-1');
    await answer('GET', 'query/q-1', done());
    expect(run.rows()).toEqual([['1']]);
    run.resume('q-1');
  });

  it('keeps the rows on screen while the next page is on its way, and not when that fails', async () => {
    void run.start(asked);
    await answer('POST', 'query', done());
    void run.start({ ...asked, offset: 100 });
    expect([run.isUnderWay(), run.rows()]).toEqual([true, [['1']]]);
    const error = { error_code: 'INVALID_QUERY' as const, message: 'no', sql_state: null };
    await answer('POST', 'query', query({ status: 'FAILED', error }));
    expect([run.isUnderWay(), run.rows(), run.result()]).toEqual([false, [], undefined]);
  });

  it('shows no rows of a success that the warehouse has dropped', async () => {
    run.resume('q-1');
    const error = { error_code: 'RESULT_EXPIRED' as const, message: 'gone', sql_state: null };
    await answer('GET', 'query/q-1', done({ error, rows: [] }));
    expect(run.result()).toBeUndefined();
    expect(run.answer()?.error?.error_code).toBe('RESULT_EXPIRED');
  });

  it('cancels on the server, and only what runs', async () => {
    void run.start(asked);
    expect(run.canCancel()).toBe(false);
    await answer('POST', 'query', query({}));
    expect(run.canCancel()).toBe(true);
    void run.cancel();
    await answer('DELETE', 'query/q-1', query({ status: 'CANCELED' }));
    expect([run.isUnderWay(), run.canCancel()]).toEqual([false, false]);
    await jest.advanceTimersByTimeAsync(200);
  });

  it('asks again when the way to the server is broken for a moment', async () => {
    run.resume('q-1');
    await answer('GET', 'query/q-1', null, 503);
    expect(run.problem()).toBeUndefined();
    await jest.advanceTimersByTimeAsync(2_000);
    await answer('GET', 'query/q-1', done());
    expect(run.rows()).toHaveLength(1);
  });

  it('says what is wrong when there is no such query', async () => {
    run.resume('q-9');
    await answer('GET', 'query/q-9', null, 404);
    expect([run.isUnderWay(), run.problem()?.status]).toEqual([false, 404]);
  });

  it('says what is wrong when the query is not taken', async () => {
    const started = run.start(asked);
    await answer('POST', 'query', null, 409);
    expect(await started).toMatchObject({ problem: { status: 409 } });
    expect(run.isUnderWay()).toBe(false);
  });

  it('fetches further chunks one by one, each once', async () => {
    run.resume('q-1');
    await answer('GET', 'query/q-1', done({ chunk_count: 3, row_count: 3 }));
    const both = [run.loadNextChunk(), run.loadNextChunk()];
    await answer('GET', 'query/q-1?chunk=1', done({ rows: [['2']], chunk: 1 }));
    await Promise.all(both);
    void run.loadNextChunk();
    await answer('GET', 'query/q-1?chunk=2', done({ rows: [['3']], chunk: 2 }));
    await run.loadNextChunk();
    expect(run.rows()).toEqual([['1'], ['2'], ['3']]);
  });

  it('throws away the answer to a query that is no longer looked at', async () => {
    run.resume('q-1');
    const late = http.expectOne('/api/v1/unity-catalog/query/q-1');
    run.resume('q-2');
    await answer('GET', 'query/q-2', done({ query_id: 'q-2', rows: [['two']] }));
    late.flush(done({ rows: [['one']] }));
    await jest.advanceTimersByTimeAsync(0);
    expect(run.rows()).toEqual([['two']]);
  });
});
