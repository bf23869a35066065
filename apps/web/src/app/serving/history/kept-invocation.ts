import { inject, resource, type ResourceRef } from '@angular/core';
import { getInferenceLog, TextApi } from '@lakescope/web-api';
import { type Answer, answerFrom, inputsFrom } from '../ask/answer';
import { DEEPEST_ANSWER, readJson } from '../json/json-document';
import { isTrueAt, textAt } from '../json/json-members';

/** One invocation of the history, whole, in the characters in which it was asked and answered. */
export interface KeptInvocation {
  readonly answer: Answer;
  readonly inputs: string | undefined;
  readonly endpoint: string;
  readonly at: string;
  readonly isInputTruncated: boolean;
}

export function keptInvocation(id: () => string | undefined): ResourceRef<KeptInvocation | undefined> {
  const api = inject(TextApi);
  return resource({
    params: id,
    loader: async ({ params, abortSignal }) => {
      const { text } = await api.send(getInferenceLog, { path: { request_id: params } }, { signal: abortSignal });
      return keptFrom(text);
    },
  });
}

function keptFrom(text: string): KeptInvocation {
  const { root } = readJson(text, DEEPEST_ANSWER);
  return {
    answer: answerFrom(text),
    inputs: inputsFrom(text),
    endpoint: textAt(root, 'endpoint_name') ?? '',
    at: textAt(root, 'created_at') ?? '',
    isInputTruncated: isTrueAt(root, 'inputs_truncated'),
  };
}
