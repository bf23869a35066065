import { classifyFailure } from './classify-failure';

const json = JSON.stringify;

describe('a failed answer of the platform', () => {
  it.each([
    [
      'an expired token as 401',
      401,
      json({ error_code: 'UNAUTHENTICATED', message: 'The access token has expired.' }),
      'token_expired',
    ],
    ['an expired token as 403', 403, json({ error_code: 403, message: 'Token is expired' }), 'token_expired'],
    ['an unknown PAT', 403, json({ error_code: 403, message: 'Invalid access token. [ReqId: 1]' }), 'unauthenticated'],
    [
      'an unknown PAT in older words',
      403,
      json({ error_code: 'PERMISSION_DENIED', message: 'Invalid access token.' }),
      'unauthenticated',
    ],
    ['an unknown PAT as text', 403, 'Invalid Token', 'unauthenticated'],
    [
      'no credential',
      401,
      json({ error_code: 401, message: 'Credential was not sent or was of an unsupported type for this API.' }),
      'unauthenticated',
    ],
    [
      'a lacking permission',
      403,
      json({ error_code: 'PERMISSION_DENIED', message: 'User does not have USE CATALOG' }),
      'permission_denied',
    ],
    ['a missing object', 404, json({ error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'x' }), 'not_found'],
    [
      'a missing object as 400',
      400,
      json({ error_code: 'INVALID_PARAMETER_VALUE', message: 'Cluster 1 does not exist' }),
      'not_found',
    ],
    ['a missing catalog', 404, json({ error_code: 'CATALOG_DOES_NOT_EXIST', message: 'x' }), 'not_found'],
    [
      'an unknown API',
      404,
      json({ error_code: 'ENDPOINT_NOT_FOUND', message: "No API found for 'GET /x'" }),
      'endpoint_not_found',
    ],
    ['a name that is taken', 400, json({ error_code: 'RESOURCE_ALREADY_EXISTS', message: 'x' }), 'already_exists'],
    ['a bad parameter', 400, json({ error_code: 'INVALID_PARAMETER_VALUE', message: 'x' }), 'bad_request'],
    ['a limit', 429, json({ error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'x' }), 'rate_limited'],
    ['a file that moved on', 412, '', 'precondition_failed'],
    ['a range outside the file', 416, '', 'range_not_satisfiable'],
    ['a gateway without a service', 503, '<html><body><pre>upstream down</pre></body></html>', 'unavailable'],
    ['a crash', 500, json({ error_code: 'INTERNAL_ERROR', message: 'x' }), 'upstream'],
  ])('is understood when it means %s', (_, status, body, kind) => {
    expect(classifyFailure({ status, body }).kind).toBe(kind);
  });

  it.each([
    ['Provided OAuth token does not have required scopes: sql', ['sql']],
    ['Invalid scope, required scopes: unity-catalog, files', ['unity-catalog', 'files']],
  ])('names the scopes that are missing: %s', (message, scopes) => {
    expect(classifyFailure({ status: 403, body: json({ error_code: 403, message }) })).toMatchObject({
      kind: 'scope_missing',
      scopes,
    });
  });

  it.each([
    ['the usual envelope', json({ error_code: 'NOT_FOUND', message: 'gone' }), 'gone', 'NOT_FOUND'],
    ['API 1.2', json({ error: 'gone' }), 'gone', 'gone'],
    ['SCIM', json({ schemas: ['urn:x'], detail: 'gone', status: '404' }), 'gone', 'SCIM_404'],
    ['OAuth', json({ error: 'invalid_client', error_description: 'gone' }), 'gone', 'invalid_client'],
    ['coded text', 'NOT_FOUND: gone', 'gone', 'NOT_FOUND'],
    ['HTML', '<html><pre>gone</pre></html>', 'gone', undefined],
    ['nothing', '', 'HTTP 404', undefined],
  ])('is read from %s', (_, body, message, errorCode) => {
    expect(classifyFailure({ status: 404, body })).toMatchObject({
      message,
      ...(errorCode === undefined ? {} : { errorCode }),
    });
  });

  it('keeps the id under which the platform knows the request', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RequestInfo', request_id: 'req-1' }];

    expect(classifyFailure({ status: 500, body: json({ message: 'x', details }) }).requestId).toBe('req-1');
  });

  it('knows no code by a name of JavaScript', () => {
    expect(classifyFailure({ status: 403, body: json({ error_code: 'constructor', message: 'x' }) }).kind).toBe(
      'permission_denied',
    );
  });

  it.each([
    ['line breaks and escapes', 'one\r\ntwo\u001b[31m\u0000three', 'one two [31m three'],
    ['marks that turn text around', 'safe\u202egnp.exe', 'safe gnp.exe'],
    ['a stack trace', 'It broke\n\tat com.databricks.Service.run(Service.scala:12)\n\tat x', 'It broke'],
    ['a stack trace of Python', 'It broke\nTraceback (most recent call last):\n  File "/x"', 'It broke'],
  ])('is shown without %s', (_, message, shown) => {
    expect(classifyFailure({ status: 500, body: json({ message }) }).message).toBe(shown);
  });

  it('is cut when it is long, between characters', () => {
    const { message } = classifyFailure({
      status: 500,
      body: json({ message: `${'x'.repeat(498)}😀${'y'.repeat(9_999)}` }),
    });

    expect(message).toBe(`${'x'.repeat(498)}…`);
  });
});
