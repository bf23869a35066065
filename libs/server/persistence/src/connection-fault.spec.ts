import { PlatformError } from '@lakescope/databricks-client';
import { connectionFault, faultOf } from './connection-fault';

const withCode = (code: string): Error => Object.assign(new Error('something with a secret in it'), { code });

describe('a database error', () => {
  it.each([
    ['ECONNREFUSED', 'the server refuses connections'],
    ['ENOTFOUND', 'the host name is unknown'],
    ['28P01', 'the server refused the credential'],
    ['53300', 'the server has no free connections'],
    ['53100', 'the server is out of resources'],
    ['57P03', 'the server is starting up'],
    ['57P01', 'the server is shutting down'],
    ['57014', 'the statement took too long'],
    ['08006', 'the connection was cut'],
    ['25006', 'the database is read-only'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', "the server's certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)"],
    ['ERR_TLS_CERT_ALTNAME_INVALID', "the server's certificate is not trusted (ERR_TLS_CERT_ALTNAME_INVALID)"],
  ])('with code %s is told in safe words', (code, reason) => {
    expect(connectionFault(withCode(code))).toBe(reason);
  });

  it.each(['23505', '42601', '22P02', 'ERR_INVALID_ARG_TYPE'])(
    'with code %s is about the statement, not the server',
    (code) => {
      expect(connectionFault(withCode(code))).toBeUndefined();
    },
  );

  it('without a code is known by what node-postgres says', () => {
    expect(connectionFault(new Error('Connection terminated unexpectedly'))).toBe('the connection was cut');
    expect(connectionFault(new Error('timeout exceeded when trying to connect'))).toBe(
      'no connection became free in time',
    );
    expect(connectionFault(new Error('boom'))).toBeUndefined();
    expect(connectionFault('boom')).toBeUndefined();
  });

  it.each(['Query runner already released', 'Database connection provided by a query runner was already released'])(
    'is a cut connection too when TypeORM says so: %s',
    (message) => {
      expect(faultOf(new Error(`${message}, cannot continue`))?.kind).toBe('lost');
    },
  );

  it('of the workspace names the kind of failure and not its message', () => {
    expect(connectionFault(new PlatformError('unavailable', 'secret'))).toBe(
      'the workspace issued no database credential (unavailable)',
    );
  });

  it.each([
    ['28P01', 'refused-login'],
    ['28000', 'refused-login'],
    ['08006', 'lost'],
    ['57P01', 'lost'],
    ['ECONNRESET', 'lost'],
    ['53300', 'busy'],
    ['57P03', 'busy'],
    ['40001', 'conflict'],
    ['40P01', 'conflict'],
    ['25006', 'elsewhere'],
    ['53100', 'hopeless'],
    ['57014', 'hopeless'],
    ['ECONNREFUSED', 'hopeless'],
  ])('with code %s is %s, which decides what is done about it', (code, kind) => {
    expect(faultOf(withCode(code))?.kind).toBe(kind);
  });

  it('that is silence is not tried again at once', () => {
    expect(faultOf(new Error('Query read timeout'))?.kind).toBe('silent');
    expect(faultOf(new Error('timeout expired'))?.kind).toBe('silent');
  });
});
