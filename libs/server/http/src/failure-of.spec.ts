import { PlatformError } from '@lakescope/databricks-client';
import { DomainError } from './domain-error';
import { ERROR_CODES } from './error-codes';
import { failureOf } from './failure-of';
import { problemOf } from './problem';

const LIMITS = { bodyBytes: 10 };

class TableGone extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'TABLE_NOT_FOUND', message: 'It is gone', details: { path: '/x' } });
  }
}

describe('an error', () => {
  it('of the domain keeps its own words', () => {
    expect(problemOf(failureOf(new TableGone(), LIMITS), 'corr', '/api/v1/x')).toEqual({
      type: '/docs/errors#TABLE_NOT_FOUND',
      title: 'Table not found',
      status: 404,
      detail: 'It is gone',
      instance: '/api/v1/x',
      error_code: 'TABLE_NOT_FOUND',
      correlation_id: 'corr',
      technical_details: { error_type: 'TableGone', path: '/x' },
      retry_after: null,
    });
  });

  it.each([
    ['token_expired', 'AUTH_EXPIRED'],
    ['not_found', 'NOT_FOUND'],
    ['rate_limited', 'RATE_LIMITED'],
    ['unavailable', 'SERVICE_UNAVAILABLE'],
    ['timeout', 'UPSTREAM_TIMEOUT'],
    ['endpoint_not_found', 'UPSTREAM_ERROR'],
  ] as const)('of the platform that is %s becomes %s', (kind, code) => {
    expect(failureOf(new PlatformError(kind, 'x', { actingAs: 'user' }), LIMITS).code).toBe(code);
  });

  it.each([
    ['token_expired', 'AUTH_EXPIRED', 'The user token has expired, reload the page'],
    [
      'unauthenticated',
      'AUTH_INVALID',
      'The platform does not accept the user token, reload the page to sign in again',
    ],
  ] as const)(
    'about a token that is %s says what the guard says, and nothing of the platform',
    (kind, code, detail) => {
      const error = new PlatformError(kind, 'The access token expired. [ReqId: 3f2a]', { actingAs: 'user' });

      expect(failureOf(error, LIMITS)).toMatchObject({ code, detail });
    },
  );

  it('of the platform is told without the name of its request', () => {
    const error = new PlatformError('permission_denied', 'User lacks SELECT. [ReqId: 3f2a]', { actingAs: 'user' });

    expect(failureOf(error, LIMITS).detail).toBe('User lacks SELECT.');
  });

  it("about the app's own credential is not blamed on the user", () => {
    const failure = failureOf(
      new PlatformError('unauthenticated', 'Client authentication failed', { actingAs: 'app' }),
      LIMITS,
    );

    expect(failure.code).toBe('SERVICE_UNAVAILABLE');
  });

  it.each([new TypeError('secret state'), Object.assign(new Error('x'), { statusCode: 404 }), 'a string', undefined])(
    'that nobody foresaw tells nothing: %p',
    (error) => {
      const failure = failureOf(error, LIMITS);

      expect(failure).toMatchObject({ code: 'INTERNAL', errorType: 'InternalError' });
      expect(JSON.stringify(failure)).not.toContain('secret state');
    },
  );
});

it('every error code has an error status and words for people', () => {
  for (const { status, title, meaning } of Object.values(ERROR_CODES)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toBe('');
    expect(meaning).toMatch(/[.;]/);
  }
});
