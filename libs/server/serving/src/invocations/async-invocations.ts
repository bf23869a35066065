import type { UserCaller } from '@lakescope/server-http';
import type { ModelQuestion } from './model-invoker';

/** Invocations that are answered later: they outlive the request that began them, and the proxy's patience. */
export abstract class AsyncInvocations {
  /** Begins one and answers the id it is asked for by. Rejects where there is no place to keep answers, or too many are under way. */
  abstract start(caller: UserCaller, endpointName: string, question: ModelQuestion): Promise<string>;

  /** Ends one that is under way, on whatever replica; one that has ended, or is not the caller's, is left alone. */
  abstract cancel(caller: UserCaller, requestId: string): Promise<void>;
}
