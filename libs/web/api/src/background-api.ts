import { HttpBackend, HttpEventType, type HttpResponse } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { filter, firstValueFrom, map } from 'rxjs';
import { type AnswerOf, type GeneratedRequest, type OptionsOf, requestOf } from './generated-request';

/** Longer than the server works on any answer that is no stream; a connection that went silent ends here. */
const TIMEOUT_MS = 110_000;

/**
 * Sends a generated request beside the page: what becomes of it changes nothing of what is shown of the connection, and
 * the browser brings it to its end even when the page is left meanwhile.
 */
@Service()
export class BackgroundApi {
  /** The end of the chain of interceptors. */
  private readonly backend = inject(HttpBackend);

  /** Rejects with what `problemFrom` understands. */
  invoke<F extends GeneratedRequest>(request: F, options: OptionsOf<F>): Promise<AnswerOf<F>> {
    return firstValueFrom(
      this.backend.handle(requestOf(request, options).clone({ keepalive: true, timeout: TIMEOUT_MS })).pipe(
        filter((event): event is HttpResponse<AnswerOf<F>> => event.type === HttpEventType.Response),
        map((response) => response.body as AnswerOf<F>),
      ),
    );
  }

  /** Where such a request goes, for what sends it by other means. */
  urlOf<F extends GeneratedRequest>(request: F, options: OptionsOf<F>): string {
    return requestOf(request, options).urlWithParams;
  }
}
