import { LogConfig } from '@lakescope/server-config';
import { AppLogger } from './app-logger';
import { withCorrelationId } from './correlation';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl';

/** A secret planted in each place where one might come by, and the words that must not come out. */
const PLANTED: readonly [string, unknown, string][] = [
  ['an authorization header', { headers: { authorization: `Bearer plain-words-token` } }, 'plain-words-token'],
  ['a forwarded token by its key', { 'x-forwarded-access-token': 'opaque-value' }, 'opaque-value'],
  ['a password by its key', { connection: { host: 'h', password: 'hunter2' } }, 'hunter2'],
  ['a client secret by its key', { client_secret: 'hush-hush' }, 'hush-hush'],
  ['a client secret in camel case', { clientSecret: 'hush-hush' }, 'hush-hush'],
  ['a password in JSON in a sentence', 'sent {"user":"u","password":"hunter2"}', 'hunter2'],
  [
    'a token in JSON in JSON',
    { msg: JSON.stringify({ body: JSON.stringify({ refresh_token: 'opaque-z' }) }) },
    'opaque-z',
  ],
  ['a JWT after a hyphen', `token-${JWT}`, JWT],
  ['a cookie', { cookie: 'session=abc' }, 'session=abc'],
  ['S3 keys', { secret_access_key: 'wJalrXUtnFEMI', access_key_id: 'AKIAIOSFODNN7EXAMPLE' }, 'wJalrXUtnFEMI'],
  ['a bearer token in a sentence', `called with Bearer ${JWT}`, JWT],
  ['a JWT in a sentence', `the token ${JWT} was refused`, JWT],
  ['a PAT in a sentence', 'used dapi0123456789abcdef0123456789abcdef', 'dapi0123456789abcdef'],
  ['an AWS key in a sentence', 'key AKIAIOSFODNN7EXAMPLE is unknown', 'AKIAIOSFODNN7EXAMPLE'],
  ['a presigned URL', 'GET https://b.example/k?X-Amz-Signature=deadbeef01&x=1', 'deadbeef01'],
  ['a password in a connection string', 'postgres://app:hunter2@db.example/postgres', 'hunter2'],
  ['a password in a sentence', 'login failed: password=hunter2;', 'hunter2'],
  ['a token in the message of an error', { err: new Error(`refused Bearer ${JWT}`) }, JWT],
  ['a token in the cause of an error', { err: new Error('x', { cause: new Error(`was ${JWT}`) }) }, JWT],
  [
    'a token in the properties of an error',
    { err: Object.assign(new Error('x'), { config: { auth: 'opaque-x' } }) },
    'opaque-x',
  ],
  ['a token deep in a list', { calls: [{ request: { headers: [{ Authorization: 'opaque-y' }] } }] }, 'opaque-y'],
];

describe('the log', () => {
  it.each(PLANTED)('never shows %s', (_, message, secret) => {
    const { logger, lines } = captured();

    logger.error(message);

    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(secret);
  });

  it.each(['a', 'a.', 'a://', '-eyJ', '"token-'])('is not held up by a line of nothing but %s', (part) => {
    const { logger, lines } = captured();

    // A pattern that starts anew at each character would need minutes.
    logger.log(part.repeat(400_000 / part.length));

    expect(lines).toHaveLength(1);
  });

  it('is one JSON line per event, with the correlation id of the moment', () => {
    const { logger, lines } = captured();

    withCorrelationId('corr-1', () => logger.log('it happened', 'jobs'));
    logger.warn({ msg: 'and again', correlation_id: 'corr-2' });

    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toEqual([
      expect.objectContaining({ level: 'info', msg: 'it happened', context: 'jobs', correlation_id: 'corr-1' }),
      expect.objectContaining({ level: 'warn', msg: 'and again', correlation_id: 'corr-2' }),
    ]);
    expect(events[0]?.['time']).toMatch(/^\d{4}-.*Z$/);
  });

  it('cannot be made to hold a second line', () => {
    const { logger, lines } = captured();

    logger.log({ msg: 'path\n{"level":"fatal"}', path: 'a\nb' });

    expect(lines.join('').trim().split('\n')).toHaveLength(1);
  });

  it('tells users apart without naming them when asked to', () => {
    const { logger } = captured('hash');

    expect(logger.userId('ana@example.com')).toBe(logger.userId('ana@example.com'));
    expect(logger.userId('ana@example.com')).not.toBe(logger.userId('bob@example.com'));
    expect(logger.userId('ana@example.com')).not.toContain('ana');
  });

  function captured(userIds: 'plain' | 'hash' = 'plain'): { logger: AppLogger; lines: string[] } {
    const lines: string[] = [];
    return {
      logger: new AppLogger(new LogConfig('trace', userIds), { write: (line) => void lines.push(line) }),
      lines,
    };
  }
});
