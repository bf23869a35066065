import {
  HttpErrorResponse,
  HttpEventType,
  HttpHeaders,
  type HttpRequest,
  HttpResponse,
  HttpXhrBackend,
} from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { Observable, type Subscriber } from 'rxjs';
import { exportTablePreviewRequest, putFileContentRequest } from './generated/@angular/common.gen';
import { problemFrom } from './problem';
import { provideApi } from './provide-api';
import { TransferApi } from './transfer-api';

/** The browser's end of a request. */
class Line {
  request: HttpRequest<unknown> | undefined;
  answers: Subscriber<unknown> | undefined;
  isHungUp = false;

  handle(request: HttpRequest<unknown>): Observable<unknown> {
    this.request = request;
    return new Observable((answers) => {
      this.answers = answers;
      return () => (this.isHungUp = true);
    });
  }
}

function send(signal = new AbortController().signal) {
  const line = new Line();
  TestBed.configureTestingModule({
    providers: [provideApi(), { provide: HttpXhrBackend, useValue: line }],
  });
  const content = new Blob(['a,b\n']);
  const sent: number[] = [];
  const transfer = TestBed.inject(TransferApi).send(
    putFileContentRequest,
    { query: { path: '/Volumes/c/s/v/a%2Fb.csv', overwrite: true }, body: content },
    { signal, content, headers: { 'If-Match': '"1"' }, onSent: (bytes) => sent.push(bytes) },
  );
  return { line, content, sent, transfer };
}

describe('TransferApi', () => {
  it('sends the bytes as they are, with the condition, and the name encoded once', () => {
    const { line, content } = send();
    expect(line.request?.body).toBe(content);
    expect(line.request?.headers.get('Content-Type')).toBe('application/octet-stream');
    expect(line.request?.headers.get('If-Match')).toBe('"1"');
    expect(line.request?.urlWithParams).toContain('a%252Fb.csv');
    expect(line.request?.withCredentials).toBe(true);
  });

  it('tells how much has gone, and answers with the headers that came', async () => {
    const { line, sent, transfer } = send();
    line.answers?.next({ type: HttpEventType.UploadProgress, loaded: 2 });
    line.answers?.next(new HttpResponse({ body: { name: 'a' }, headers: new HttpHeaders({ ETag: '"2"' }) }));
    const { body, headers } = await transfer;
    expect(sent).toEqual([2]);
    expect(body).toEqual({ name: 'a' });
    expect(headers.get('ETag')).toBe('"2"');
  });

  it('rejects with what the server said', async () => {
    const { line, transfer } = send();
    line.answers?.error(new HttpErrorResponse({ status: 409 }));
    await expect(transfer).rejects.toMatchObject({ status: 409 });
  });

  it('takes a file with the name it came with, and reads what the server said instead of one', async () => {
    const line = new Line();
    TestBed.configureTestingModule({ providers: [provideApi(), { provide: HttpXhrBackend, useValue: line }] });
    const received: number[] = [];
    const ask = () =>
      TestBed.inject(TransferApi).receive(
        exportTablePreviewRequest,
        { body: { source: { kind: 'volume', path: '/Volumes/c/s/v/t' }, format: 'csv' } },
        { signal: new AbortController().signal, onReceived: (bytes) => received.push(bytes) },
      );

    const file = ask();
    expect(line.request?.responseType).toBe('blob');
    line.answers?.next({ type: HttpEventType.DownloadProgress, loaded: 3 });
    line.answers?.next(new HttpResponse({ body: new Blob(['a\r\n']), headers: new HttpHeaders({ ETag: '"2"' }) }));
    expect([(await file).body.size, (await file).headers.get('ETag'), received]).toEqual([3, '"2"', [3]]);

    const refused = ask();
    const said = new Blob([JSON.stringify({ error_code: 'TABLE_NOT_FOUND' })]);
    said.text = () => Promise.resolve('{"error_code":"TABLE_NOT_FOUND"}');
    line.answers?.error(new HttpErrorResponse({ status: 404, error: said }));
    expect(problemFrom(await refused.catch((error: unknown) => error))).toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });

  it('hangs up when it is no longer wanted, and sends nothing when it never was', async () => {
    const cancelled = new AbortController();
    const { line, transfer } = send(cancelled.signal);
    cancelled.abort(new Error('cancelled'));
    await expect(transfer).rejects.toThrow('cancelled');
    expect(line.isHungUp).toBe(true);

    TestBed.resetTestingModule();
    const late = send(cancelled.signal);
    await expect(late.transfer).rejects.toThrow('cancelled');
    expect(late.line.request).toBeUndefined();
  });
});
