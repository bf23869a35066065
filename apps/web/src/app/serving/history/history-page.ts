import { type Page } from '@lakescope/web-api';
import { UnreadableAnswer } from '../ask/answer';
import { DEEPEST_ANSWER, type JsonNode, readJson } from '../json/json-document';
import { at, isTrueAt, numberAt, textAt } from '../json/json-members';

/** An invocation as the list of the history tells it, with inputs and answer in the characters in which they were. */
export interface HistoryLine {
  readonly requestId: string;
  /** An instant. */
  readonly createdAt: string;
  readonly status: string;
  readonly errorCode: string | null;
  /** JSON; null where nothing is kept. */
  readonly inputs: string | null;
  /** Only their beginning. */
  readonly isInputCut: boolean;
  /** JSON; null where the model did not answer. */
  readonly predictions: string | null;
  readonly isAnswerCut: boolean;
  readonly executionTimeMs: number | null;
  readonly totalTokens: number | null;
  readonly servedEntity: string | null;
}

/** From the JSON of a page. Throws an `UnreadableAnswer` for what is none. */
export function historyPageFrom(text: string): Page<HistoryLine> {
  const { root } = readJson(text, DEEPEST_ANSWER);
  const items = at(root, 'items');
  if (items?.kind !== 'array') throw new UnreadableAnswer($localize`The answer of the server cannot be read.`);
  return {
    items: items.items.map((item) => lineFrom(item, text)),
    next_cursor: textAt(root, 'next_cursor') ?? null,
  };
}

function lineFrom(item: JsonNode, text: string): HistoryLine {
  return {
    requestId: textAt(item, 'request_id') ?? '',
    createdAt: textAt(item, 'created_at') ?? '',
    status: textAt(item, 'status') ?? '',
    errorCode: textAt(item, 'error_code') ?? null,
    inputs: payloadAt(item, 'inputs', text),
    isInputCut: isTrueAt(item, 'inputs_truncated'),
    predictions: payloadAt(item, 'predictions', text),
    isAnswerCut: isTrueAt(item, 'predictions_truncated'),
    executionTimeMs: numberAt(item, 'execution_time_ms') ?? null,
    totalTokens: numberAt(at(item, 'tokens'), 'total_tokens') ?? null,
    servedEntity: textAt(item, 'served_entity') ?? null,
  };
}

/** What NaN is in is no JSON, so it comes as a text. */
function payloadAt(item: JsonNode, name: string, text: string): string | null {
  const node = at(item, name);
  if (node === undefined || node.kind === 'null') return null;
  if (node.kind === 'string' && readJson(node.value).root?.kind === 'object') return node.value;
  return text.slice(node.start, node.end);
}

/** JSON on one line, without the space between its parts, cut after so many characters. */
export function onOneLine(json: string, longest: number): string {
  // Space is all that goes; a multiple of what is shown is enough to begin with, however large the whole is.
  const short = json.slice(0, longest * 20).replaceAll(/("(?:[^"\\]|\\.)*")|\s+/gs, '$1');
  return short.length > longest ? `${short.slice(0, longest)}…` : short;
}
