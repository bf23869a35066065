import { inject, resource, type ResourceRef } from '@angular/core';
import { getInferenceLog, TextApi } from '@lakescope/web-api';
import { type Answer, answerFrom, inputsFrom } from '../ask/answer';
import { readJson } from '../json/json-document';

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
  const { root } = readJson(text);
  const facts = new Map(root?.kind === 'object' ? root.members.map(({ key, value }) => [key, value]) : []);
  const textOf = (name: string): string => {
    const node = facts.get(name);
    return node?.kind === 'string' ? node.value : '';
  };
  const isTrue = (name: string): boolean => {
    const node = facts.get(name);
    return node?.kind === 'boolean' && node.value;
  };
  return {
    answer: answerFrom(text),
    inputs: inputsFrom(text),
    endpoint: textOf('endpoint_name'),
    at: textOf('created_at'),
    isInputTruncated: isTrue('inputs_truncated'),
  };
}
