import { HttpClient, HttpEventType, type HttpResponse } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { filter, firstValueFrom, map } from 'rxjs';
import { type AnswerOf, type GeneratedRequest, type OptionsOf, requestOf } from './generated-request';

/** Sends one generated request now. Reads that follow signals use `apiResource` instead. */
@Service()
export class Api {
  private readonly http = inject(HttpClient);

  /** Rejects with what `problemFrom` understands. */
  invoke<F extends GeneratedRequest>(request: F, options: OptionsOf<F>): Promise<AnswerOf<F>> {
    return firstValueFrom(
      this.http.request<AnswerOf<F>>(requestOf(request, options)).pipe(
        filter((event): event is HttpResponse<AnswerOf<F>> => event.type === HttpEventType.Response),
        map((response) => response.body as AnswerOf<F>),
      ),
    );
  }
}
