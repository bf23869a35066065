import type { ModelAnswer } from '@lakescope/databricks-client';
import type { CountedTokens } from '../inference-log';
import { ModelAnswerUnusable } from '../serving.errors';
import { NotJson, readObject, replaced, type JsonObjectText } from './json-text';

/** What a model said, its JSON as it came. */
export interface Prediction {
  /** JSON text: the `predictions` or `outputs` of a classic model, the whole answer of a language model. */
  readonly predictions: Buffer;
  readonly usage: CountedTokens | undefined;
  readonly servedEntity: string | undefined;
}

const LONGEST_USAGE = 16 * 1024;
/** By the names of chats, and by those of agents where they differ. */
const TOKENS = [
  ['prompt_tokens', 'input_tokens'],
  ['completion_tokens', 'output_tokens'],
  ['total_tokens', 'total_tokens'],
] as const;

/** Reads a model's answer. Numbers keep all their digits; NaN and Infinity, which no browser reads, become texts. Throws ModelAnswerUnusable. */
export function predictionOf({ body, contentType, servedEntity }: ModelAnswer): Prediction {
  if (contentType?.includes('event-stream') === true) {
    throw new ModelAnswerUnusable(
      'The inputs ask for a stream; streams are answered by the stream route',
      'INVALID_REQUEST',
    );
  }
  const answer = finite(body);
  const { members } = answer.object;
  const place = members.get('predictions') ?? members.get('outputs');
  return {
    predictions: place === undefined ? answer.text : answer.text.subarray(place.start, place.end),
    usage: usageOf(answer),
    servedEntity,
  };
}

interface Answer {
  readonly text: Buffer;
  readonly object: JsonObjectText;
}

function finite(text: Buffer): Answer {
  const object = read(text);
  if (object.notFinite.length === 0) return { text, object };
  const clean = replaced(text, object.notFinite, (word) => `"${word}"`);
  return { text: clean, object: read(clean) };
}

function read(text: Buffer): JsonObjectText {
  try {
    return readObject(text);
  } catch (error) {
    if (error instanceof NotJson)
      throw new ModelAnswerUnusable(`The model's answer is not a JSON object (${error.message})`);
    throw error;
  }
}

function usageOf({ text, object }: Answer): CountedTokens | undefined {
  const place = object.members.get('usage');
  // Three counts are short; what is not is something else of that name.
  if (place === undefined || place.end - place.start > LONGEST_USAGE) return undefined;
  return tokensOf(JSON.parse(text.toString('utf8', place.start, place.end)));
}

/** Whatever a model calls its usage: only counts get through. */
export function tokensOf(usage: unknown): CountedTokens | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const counted = TOKENS.flatMap(([name, alias]) => {
    const { [name]: own, [alias]: other } = usage as Record<string, unknown>;
    const count = own ?? other;
    return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? [[name, count] as const] : [];
  });
  return counted.length === 0 ? undefined : Object.fromEntries(counted);
}
