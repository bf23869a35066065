import { HttpEventType, HttpHeaders, provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { previewTableRequest } from './generated/@angular/common.gen';
import { client } from './generated/client.gen';
import { provideHeyApiClient } from './generated/client/client.gen';
import { problemFrom } from './problem';
import { TextApi, type TextOptions } from './text-api';

function send(options: Partial<TextOptions> = {}) {
  client.setConfig({ baseUrl: '' });
  TestBed.configureTestingModule({
    providers: [provideHttpClient(), provideHttpClientTesting(), provideHeyApiClient(client)],
  });
  const answer = TestBed.inject(TextApi).send(
    previewTableRequest,
    { body: { source: { kind: 'volume', path: '/Volumes/c/s/v/t' } } },
    { signal: new AbortController().signal, ...options },
  );
  return { answer, request: TestBed.inject(HttpTestingController).expectOne(() => true) };
}

describe('TextApi', () => {
  it('sends JSON and hands back the answer in the very characters', async () => {
    const { answer, request } = send({ body: '{"id": 9007199254740993, "x": NaN}' });
    expect(request.request.body).toBe('{"id": 9007199254740993, "x": NaN}');
    expect(request.request.headers.get('Content-Type')).toBe('application/json');
    request.flush('{"id": 9007199254740993}');
    await expect(answer).resolves.toEqual({ status: 200, text: '{"id": 9007199254740993}' });
  });

  it('tells what has come of a stream while it comes', async () => {
    const heard: string[] = [];
    const { answer, request } = send({ onText: (text) => heard.push(text) });
    request.event({ type: HttpEventType.DownloadProgress, loaded: 1, partialText: 'a' } as never);
    request.flush('ab');
    await answer;
    expect(heard).toEqual(['a', 'ab']);
  });

  it('hangs up on a stream that cannot be understood', async () => {
    const { answer, request } = send({
      onText: () => {
        throw new RangeError('no end');
      },
    });
    request.event({ type: HttpEventType.DownloadProgress, loaded: 1, partialText: 'a' } as never);
    await expect(answer).rejects.toThrow('no end');
    expect(request.cancelled).toBe(true);
  });

  it('rejects with the problem the server wrote', async () => {
    const { answer, request } = send();
    const headers = new HttpHeaders({ 'Content-Type': 'application/problem+json' });
    const body = '{"error_code":"MODEL_UNAVAILABLE","retry_after":5}';
    request.flush(body, { status: 503, statusText: 'Unavailable', headers });
    const problem = problemFrom(await answer.catch((error: unknown) => error));
    expect(problem).toMatchObject({ status: 503, code: 'MODEL_UNAVAILABLE', retryAfterSeconds: 5 });
  });

  it('hangs up when it is no longer wanted', async () => {
    const controller = new AbortController();
    const { answer, request } = send({ signal: controller.signal });
    controller.abort(new Error('stopped'));
    await expect(answer).rejects.toThrow('stopped');
    expect(request.cancelled).toBe(true);
  });
});
