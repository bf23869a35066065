import { prettyJson } from '../../delta/log/pretty-json';
import { DEEPEST_ANSWER, type JsonNode, readJson } from '../json/json-document';
import { at, isTrueAt, numberAt, textAt } from '../json/json-members';

/** What came of an invocation, with the model's own words in the characters in which they came. */
export interface Answer {
  readonly requestId: string;
  readonly status: string;
  readonly executionTimeMs: number | undefined;
  readonly servedEntity: string | undefined;
  readonly tokens: Tokens | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** JSON over several lines; undefined when the model has not answered. */
  readonly predictions: string | undefined;
  readonly isTruncated: boolean;
  /** It has ended, and all that was asked is kept. */
  readonly canRerun: boolean;
  /** What a language model says, as text. */
  readonly said: string | undefined;
}

export interface Tokens {
  readonly prompt: number | undefined;
  readonly completion: number | undefined;
  readonly total: number | undefined;
}

/** An answer that is none of this API's. */
export class UnreadableAnswer extends Error {}

/** From the JSON of an invocation, of its progress, or of its line in the history. */
export function answerFrom(text: string): Answer {
  const { root } = readJson(text, DEEPEST_ANSWER);
  const requestId = textAt(root, 'request_id');
  const status = textAt(root, 'status');
  if (requestId === undefined || status === undefined) {
    throw new UnreadableAnswer($localize`The answer of the server cannot be read.`);
  }
  const predictions = at(root, 'predictions');
  return {
    requestId,
    status,
    executionTimeMs: numberAt(root, 'execution_time_ms'),
    servedEntity: textAt(root, 'served_entity'),
    tokens: tokensFrom(at(root, 'usage') ?? at(root, 'tokens')),
    errorCode: textAt(root, 'error_code'),
    errorMessage: textAt(root, 'error_message'),
    predictions:
      predictions === undefined || predictions.kind === 'null'
        ? undefined
        : prettyJson(text.slice(predictions.start, predictions.end)),
    isTruncated: isTrueAt(root, 'predictions_truncated'),
    canRerun: isTrueAt(root, 'can_rerun'),
    said: saidIn(predictions),
  };
}

/** The inputs of a line of the history, over several lines. Those with NaN in them are kept as text, as they are no JSON. */
export function inputsFrom(text: string): string | undefined {
  const inputs = at(readJson(text, DEEPEST_ANSWER).root, 'inputs');
  if (inputs?.kind === 'string' && readJson(inputs.value).root?.kind === 'object') return prettyJson(inputs.value);
  return inputs === undefined || inputs.kind === 'null' ? undefined : prettyJson(text.slice(inputs.start, inputs.end));
}

function saidIn(predictions: JsonNode | undefined): string | undefined {
  const choices = at(predictions, 'choices');
  const first = choices?.kind === 'array' ? choices.items[0] : undefined;
  return textAt(at(first, 'message'), 'content') ?? textAt(first, 'text');
}

function tokensFrom(usage: JsonNode | undefined): Tokens | undefined {
  if (usage?.kind !== 'object') return undefined;
  return {
    prompt: numberAt(usage, 'prompt_tokens'),
    completion: numberAt(usage, 'completion_tokens'),
    total: numberAt(usage, 'total_tokens'),
  };
}
