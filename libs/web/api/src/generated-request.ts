import { type HttpRequest } from '@angular/common/http';

/** Any function of the generated client that describes a request. */
export type GeneratedRequest = (options: never) => HttpRequest<unknown>;

/** What such a function takes. */
export type OptionsOf<F extends GeneratedRequest> = NonNullable<Parameters<F>[0]>;

/** What the API answers to it. */
export type AnswerOf<F extends GeneratedRequest> = ReturnType<F> extends HttpRequest<infer T> ? T : never;

/** One place for the step that the compiler cannot follow: the generated functions are generic in a way that hides both. */
export function requestOf<F extends GeneratedRequest>(request: F, options: OptionsOf<F>): HttpRequest<AnswerOf<F>> {
  return request(options as never) as HttpRequest<AnswerOf<F>>;
}
