import { httpResource } from '@angular/common/http';
import { computed, linkedSignal, type Signal } from '@angular/core';
import { type AnswerOf, type GeneratedRequest, type OptionsOf, requestOf } from './generated-request';
import { type Problem, problemFrom } from './problem';

/** One answer of the API that follows its parameters: a new value of them aborts the request under way and asks again. */
export interface ApiResource<T> {
  /** The answer for the present parameters, if it is there. */
  readonly value: Signal<T | undefined>;
  /** The newest answer so far: what may stay on screen while the next one loads. */
  readonly latest: Signal<T | undefined>;
  readonly problem: Signal<Problem | undefined>;
  readonly isLoading: Signal<boolean>;
  reload(): void;
}

/** Follows a generated request; `options` answering undefined means that there is nothing to ask for yet. */
export function apiResource<F extends GeneratedRequest>(
  request: F,
  options: () => OptionsOf<F> | undefined,
): ApiResource<AnswerOf<F>> {
  type Answer = AnswerOf<F>;
  const resource = httpResource<Answer>(() => {
    const present = options();
    return present === undefined ? undefined : requestOf(request, present);
  });
  const value = computed(() => (resource.hasValue() ? (resource.value() as Answer) : undefined));
  const latest = linkedSignal<Answer | undefined, Answer | undefined>({
    source: value,
    computation: (present, previous) => present ?? previous?.value,
  });
  return {
    value,
    latest: latest.asReadonly(),
    problem: computed(() => {
      const error = resource.error();
      return error === undefined ? undefined : problemFrom(error);
    }),
    isLoading: resource.isLoading,
    reload: () => void resource.reload(),
  };
}
