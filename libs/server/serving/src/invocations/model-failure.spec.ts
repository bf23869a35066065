import { PlatformError, type PlatformErrorKind } from '@lakescope/databricks-client';
import { DomainError, failureOf } from '@lakescope/server-http';
import { InvalidModelInput } from '../serving.errors';
import { ServingLimits } from '../limits';
import { modelFailure } from './model-failure';

const SAID = 'No room for my-secret-4711';
const BODIES = { bodyBytes: 0 };

const failed = (kind: PlatformErrorKind, status: number): unknown =>
  modelFailure(
    new PlatformError(kind, SAID, { status, actingAs: 'user' }),
    { endpointName: 'line', timeoutSeconds: 30 },
    new ServingLimits(),
  );

describe('what a model says when it fails', () => {
  it.each([
    ['bad_request', 400, 'INVALID_MODEL_INPUT'],
    ['bad_request', 422, 'INVALID_MODEL_INPUT'],
    ['permission_denied', 403, 'PERMISSION_DENIED'],
    ['conflict', 409, 'CONFLICT'],
    ['already_exists', 409, 'CONFLICT'],
    ['upstream', 415, 'INVALID_MODEL_INPUT'],
    ['precondition_failed', 412, 'INVALID_MODEL_INPUT'],
    ['rate_limited', 429, 'RATE_LIMITED'],
    ['upstream', 500, 'UPSTREAM_ERROR'],
    ['unavailable', 503, 'MODEL_UNAVAILABLE'],
  ] as const)('as %s (%s) is %s, told to who asked and kept out of the log', (kind, status, code) => {
    const error = failed(kind, status);
    const { detail, ...rest } = failureOf(error, BODIES);

    expect(error).toBeInstanceOf(DomainError);
    expect(rest.code).toBe(code);
    expect(detail).toContain(SAID);
    // What the log takes of an error, and what it takes of an answer.
    expect([(error as Error).message, rest.reason].join(' ')).not.toContain(SAID);
  });

  it.each([
    ['token_expired', 403, 'AUTH_EXPIRED'],
    ['scope_missing', 403, 'SCOPE_MISSING'],
  ] as const)('about the token (%s) is told as everywhere', (kind, status, code) => {
    expect(failureOf(failed(kind, status), BODIES).code).toBe(code);
  });
});

it('names of the input stay out of the log when the input does not fit', () => {
  const error = new InvalidModelInput('line', [{ pointer: '/inputs/my-secret', message: 'must be number' }], {});
  const { detail, reason } = failureOf(error, BODIES);

  expect(detail).toBe('The input does not fit the schema of the endpoint: /inputs/my-secret must be number');
  expect([error.message, reason].join(' ')).not.toContain('my-secret');
});
