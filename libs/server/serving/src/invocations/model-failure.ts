import { PlatformError } from '@lakescope/databricks-client';
import {
  EndpointNotFound,
  MayNotQuery,
  ModelFailed,
  ModelInConflict,
  ModelInputTooLarge,
  ModelRateLimited,
  ModelRefusedInput,
  ModelTimedOut,
  ModelUnavailable,
} from '../serving.errors';
import type { ServingLimits } from '../limits';

export interface FailedInvocation {
  readonly endpointName: string;
  readonly timeoutSeconds: number;
}

const OF_THE_TOKEN: ReadonlySet<string> = new Set(['unauthenticated', 'token_expired', 'scope_missing']);

/**
 * What a failed invocation means. The status is asked first, not the words: a model that says that a column does not exist is no endpoint
 * that does not exist.
 */
export function modelFailure(
  error: unknown,
  { endpointName, timeoutSeconds }: FailedInvocation,
  limits: ServingLimits,
): unknown {
  if (!(error instanceof PlatformError)) return error;
  const { status, message, kind } = error;
  const details = {
    endpoint_name: endpointName,
    ...(status === undefined ? {} : { upstream_status: status }),
    ...(error.errorCode === undefined ? {} : { upstream_code: error.errorCode }),
    ...(error.requestId === undefined ? {} : { upstream_request_id: error.requestId }),
  };
  const retryAfter = error.retryAfterSeconds;
  if (status === 400 || status === 422) return new ModelRefusedInput(message, details);
  if (kind === 'permission_denied') return new MayNotQuery(message, details);
  if (kind === 'not_found' || kind === 'endpoint_not_found') return new EndpointNotFound(endpointName);
  if (status === 413) return new ModelInputTooLarge(limits.customInputBytes, undefined, 'models');
  if (kind === 'rate_limited') return new ModelRateLimited(message, retryAfter ?? 1, details);
  if (kind === 'timeout' || status === 408) return new ModelTimedOut(timeoutSeconds, details);
  if (kind === 'unavailable') {
    // Without a status nobody answered at all, and the words are our own.
    return new ModelUnavailable(status === undefined ? undefined : message, retryAfter ?? limits.wakeSeconds, details);
  }
  // What is wrong with the token, and what the client says of itself, is told as everywhere.
  if (status === undefined || status < 400 || OF_THE_TOKEN.has(kind)) return error;
  if (status >= 500) return new ModelFailed(message, details);
  return status === 409 ? new ModelInConflict(message, details) : new ModelRefusedInput(message, details);
}
