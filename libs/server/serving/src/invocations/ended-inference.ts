import { failureOf, HttpLimits } from '@lakescope/server-http';
import type { InferenceRecord } from '../inference-log';
import type { InvocationOutcome } from './model-invoker';

const BODIES = new HttpLimits();

/** What an outcome says, for whom the history belongs to: of a failure the code and the words that it is answered with. */
export type EndedInference = Pick<
  InferenceRecord,
  'status' | 'executionTimeMs' | 'servedEntity' | 'predictions' | 'tokens' | 'errorCode' | 'errorMessage'
>;

/** `asked`: the model that was asked for by name, where one was. */
export function endedInference(outcome: InvocationOutcome, asked: string | undefined): EndedInference {
  const { status, executionTimeMs } = outcome;
  if (status === 'SUCCESS') {
    const { servedEntity, predictions, usage: tokens } = outcome.prediction;
    return { status, executionTimeMs, servedEntity, predictions, tokens, ...failureTold(undefined) };
  }
  const failure = failureTold(outcome.error);
  return { status, executionTimeMs, servedEntity: asked, predictions: undefined, tokens: undefined, ...failure };
}

/** How the caller is told of a failure; undefined where there is none. */
export function failureTold(error: unknown): Pick<EndedInference, 'errorCode' | 'errorMessage'> {
  if (error === undefined) return { errorCode: undefined, errorMessage: undefined };
  const { code, detail } = failureOf(error, BODIES);
  return { errorCode: code, errorMessage: detail };
}
