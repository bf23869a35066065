declare const takes: unique symbol;
declare const answers: unique symbol;

/**
 * An operation of the contract: its method, its path and marks, in one string, and what it takes and answers with, for the compiler
 * only. A bundler drops those that nobody imports.
 */
export type Operation<Data = unknown, Answer = unknown> = string & {
  readonly [takes]?: Data;
  readonly [answers]?: Answer;
};

/** What an operation answers with: `json` is parsed, `response` is handed over to be streamed. */
export type AnswerKind = 'json' | 'response' | 'headers' | 'nothing';

export interface OperationFacts {
  method: string;
  path: string;
  answer: AnswerKind;
  /** Whether asking twice does what asking once does. */
  isIdempotent: boolean;
}

const NOT_IDEMPOTENT = ['POST', 'PATCH'];

/** Reads what the generator wrote: `METHOD path marks...`. */
export function factsOf(operation: Operation): OperationFacts {
  const [method = '', path = '', ...marks] = operation.split(' ');
  const answer = (['response', 'headers', 'nothing'] as const).find((kind) => marks.includes(kind)) ?? 'json';
  return { method, path, answer, isIdempotent: marks.includes('idempotent') || !NOT_IDEMPOTENT.includes(method) };
}
