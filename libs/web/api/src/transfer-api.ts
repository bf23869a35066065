import {
  HttpErrorResponse,
  type HttpEvent,
  HttpEventType,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  HttpXhrBackend,
} from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { type AnswerOf, type GeneratedRequest, type OptionsOf, requestOf } from './generated-request';

/** What a request brought, with the headers it came with. */
export interface Transferred<T> {
  readonly body: T;
  readonly headers: HttpHeaders;
}

export interface TransferOptions {
  /** Ends the request; it then rejects with the reason. */
  readonly signal: AbortSignal;
  /** Bytes for the body as they are, instead of what the generated request would make of it. */
  readonly content?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many bytes of the body have left so far. */
  readonly onSent?: (bytes: number) => void;
}

/**
 * Sends generated requests whose bodies or answers are files: streamed from the disk, with progress, beside the page, whose banner of
 * the connection they do not touch. Only the browser's older interface tells how much of a body has gone.
 */
@Service()
export class TransferApi {
  private readonly backend = inject(HttpXhrBackend);

  /** Rejects with what `problemFrom` understands, or with the reason of the signal. */
  send<F extends GeneratedRequest>(
    request: F,
    options: OptionsOf<F>,
    { signal, content, headers, onSent }: TransferOptions,
  ): Promise<Transferred<AnswerOf<F>>> {
    const generated: HttpRequest<unknown> = requestOf(request, options);
    const named = Object.entries(headers ?? {}).reduce((all, [name, value]) => all.set(name, value), generated.headers);
    const prepared = generated.clone({
      headers: content === undefined ? named : named.set('Content-Type', 'application/octet-stream'),
      ...(content === undefined ? {} : { body: content }),
      reportProgress: onSent !== undefined,
      withCredentials: true,
    });
    return this.exchange<AnswerOf<F>>(prepared, signal, (event) => {
      if (event.type === HttpEventType.UploadProgress) onSent?.(event.loaded);
    });
  }

  /** For an answer that is a file. Rejects as `send` does. */
  async receive<F extends GeneratedRequest>(
    request: F,
    options: OptionsOf<F>,
    { signal, onReceived }: { readonly signal: AbortSignal; readonly onReceived?: (bytes: number) => void },
  ): Promise<Transferred<Blob>> {
    const generated: HttpRequest<unknown> = requestOf(request, options);
    const prepared = generated.clone({ responseType: 'blob', reportProgress: true, withCredentials: true });
    try {
      return await this.exchange<Blob>(prepared, signal, (event) => {
        if (event.type === HttpEventType.DownloadProgress) onReceived?.(event.loaded);
      });
    } catch (error) {
      throw await withText(error);
    }
  }

  private exchange<T>(
    prepared: HttpRequest<unknown>,
    signal: AbortSignal,
    onEvent: (event: HttpEvent<unknown>) => void,
  ): Promise<Transferred<T>> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const subscription = this.backend.handle(prepared).subscribe({
        next: (event) => {
          onEvent(event);
          if (event.type !== HttpEventType.Response) return;
          const { body, headers: answered } = event as HttpResponse<T>;
          resolve({ body: body as T, headers: answered });
        },
        error: reject,
      });
      const abort = () => {
        subscription.unsubscribe();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      subscription.add(() => signal.removeEventListener('abort', abort));
    });
  }
}

/** Where a file was expected the problem comes as one, too. */
async function withText(error: unknown): Promise<unknown> {
  if (!(error instanceof HttpErrorResponse) || !(error.error instanceof Blob)) return error;
  const { headers, status, statusText, url } = error;
  return new HttpErrorResponse({ error: await error.error.text(), headers, status, statusText, url: url ?? undefined });
}
