import { HttpClient, type HttpEvent, HttpEventType } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { type GeneratedRequest, type OptionsOf, requestOf } from './generated-request';

/** An answer in the characters in which it came. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

export interface TextOptions {
  /** Ends the request; it then rejects with the reason. */
  readonly signal: AbortSignal;
  /** JSON for the body as it is, instead of what the generated request would make of its values. */
  readonly body?: string;
  /** All of a stream that has come so far, each time that more has. Where it throws the request ends, and rejects with that. */
  readonly onText?: (text: string) => void;
}

/**
 * Sends generated requests whose JSON must not become JavaScript's values on the way, because 64-bit integers would change,
 * and takes streams of events while they come.
 */
@Service()
export class TextApi {
  private readonly http = inject(HttpClient);

  /** Rejects with what `problemFrom` understands, or with the reason of the signal. */
  send<F extends GeneratedRequest>(
    request: F,
    options: OptionsOf<F>,
    { signal, body, onText }: TextOptions,
  ): Promise<TextAnswer> {
    const generated = requestOf(request, options);
    const prepared = generated.clone({
      headers: body === undefined ? generated.headers : generated.headers.set('Content-Type', 'application/json'),
      ...(body === undefined ? {} : { body }),
      responseType: 'text' as const,
      reportProgress: onText !== undefined,
    });
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const subscription = this.http.request(prepared).subscribe({
        next: (event: HttpEvent<unknown>) => {
          try {
            if (event.type === HttpEventType.DownloadProgress && 'partialText' in event) {
              onText?.(event.partialText as string);
            }
            if (event.type !== HttpEventType.Response) return;
            const text = (event.body as string | null) ?? '';
            onText?.(text);
            resolve({ status: event.status, text });
          } catch (error) {
            subscription.unsubscribe();
            reject(error as Error);
          }
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
