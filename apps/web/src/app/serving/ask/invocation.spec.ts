import { jest } from '@jest/globals';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideApi } from '@lakescope/web-api';
import { Invocation, type Question } from './invocation';

const QUESTION: Question = {
  endpoint: 'flight-delay',
  inputs: '{"id": 9007199254740993}',
  timeoutSeconds: 297,
  validate: false,
  isLater: true,
  servedEntity: undefined,
};

describe('an invocation', () => {
  let http: HttpTestingController;
  let invocation: Invocation;

  beforeEach(() => {
    jest.useFakeTimers();
    TestBed.configureTestingModule({
      providers: [provideApi(), provideHttpClient(), provideHttpClientTesting(), Invocation],
    });
    http = TestBed.inject(HttpTestingController);
    invocation = TestBed.inject(Invocation);
  });
  afterEach(() => {
    http.verify();
    jest.useRealTimers();
  });

  /** Answers a request, which has to be under way; gives its body. */
  const answer = async (url: string, text: string, status = 200): Promise<unknown> => {
    const found = http.expectOne(`/api/v1/serving/${url}`);
    found.flush(text, { status, statusText: 'as told' });
    await jest.advanceTimersByTimeAsync(0);
    return found.request.body;
  };

  const begin = async (): Promise<void> => {
    void invocation.ask(QUESTION);
    const body = await answer('endpoints/flight-delay/invocations', '{"request_id":"r-1","status":"PENDING"}', 202);
    expect(body).toBe('{"inputs":{"id": 9007199254740993},"timeout_seconds":297,"async":true}');
    await jest.advanceTimersByTimeAsync(300);
  };

  it('that is answered later is looked after, also when one looks too often', async () => {
    await begin();
    await answer('invocations/r-1', '{"error_code":"RATE_LIMITED","retry_after":2}', 429);
    await jest.advanceTimersByTimeAsync(1_900);
    http.expectNone('/api/v1/serving/invocations/r-1');
    await jest.advanceTimersByTimeAsync(600);
    await answer('invocations/r-1', '{"request_id":"r-1","status":"SUCCESS","predictions":[1]}');
    expect(invocation.state()).toMatchObject({ kind: 'answered', answer: { status: 'SUCCESS' } });
  });

  it('that is answered later can be looked after again when the person was signed out', async () => {
    await begin();
    await answer('invocations/r-1', '{"error_code":"AUTH_EXPIRED"}', 401);
    expect(invocation.state()).toMatchObject({ kind: 'failed', requestId: 'r-1', problem: { code: 'AUTH_EXPIRED' } });
  });

  it('is asked again by its id, with what the server has of it', async () => {
    void invocation.askAgain('r-1', false);
    const body = await answer('logs/r-1/rerun', '{"request_id":"r-2","status":"SUCCESS","predictions":[1]}');
    expect(body).toEqual({ timeout_seconds: 100 });
    expect(invocation.state()).toMatchObject({ kind: 'answered', answer: { requestId: 'r-2' } });
  });

  it('that may be asked again at once is not asked again before a moment has passed', async () => {
    void invocation.askAgain('r-1', true);
    const body = await answer('logs/r-1/rerun', '{"error_code":"RATE_LIMITED","retry_after":0}', 429);
    expect(body).toEqual({ async: true });
    const state = invocation.state();
    expect(Date.parse(state.kind === 'failed' ? (state.retryAt ?? '') : '')).toBe(Date.now() + 1_000);
  });
});
