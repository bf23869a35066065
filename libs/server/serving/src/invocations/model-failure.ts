import { PlatformError } from '@lakescope/databricks-client';
import {
  EndpointNotFound,
  MayNotQuery,
  ModelFailed,
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
  return status !== undefined && status >= 500 ? new ModelFailed(message, details) : error;
}
