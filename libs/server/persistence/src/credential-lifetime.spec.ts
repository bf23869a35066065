import { Secret } from '@lakescope/databricks-client';
import { claimsOf, lifetimeOf, Moment } from './credential-lifetime';

const HOUR = 3_600_000;
const MINUTES_10 = 600_000;
const NOW = Date.UTC(2026, 10, 21, 12);

describe('the life of a credential', () => {
  it.each([0, MINUTES_10, -MINUTES_10])('is what the token says, with the platform %d ms ahead of us', (skew) => {
    const iat = (NOW + skew) / 1000;

    expect(lifetimeOf(credential({ iat, exp: iat + 3600 }, NOW + skew + HOUR), NOW)).toBe(HOUR - 1000);
    expect(lifetimeOf(credential({ iat, exp: iat + 5 }, NOW + skew + 5_000), NOW)).toBe(4_000);
  });

  it.each([
    ['the same as ours', 0, HOUR],
    ['10 minutes behind ours', -MINUTES_10, HOUR - MINUTES_10],
    // An hour is the longest life there is.
    ['10 minutes ahead of ours', MINUTES_10, HOUR],
    // It would never be used otherwise.
    ['hours behind ours', -5 * HOUR, 60_000],
  ])('is measured by our clock when the token does not say, by a clock that is %s', (_, skew, expected) => {
    expect(lifetimeOf({ token: new Secret('opaque'), expiresAt: new Date(NOW + skew + HOUR) }, NOW)).toBe(expected);
    expect(lifetimeOf(credential({ exp: 7 }, NOW + skew + HOUR), NOW)).toBe(expected);
  });

  it('that makes no sense is measured by our clock', () => {
    expect(lifetimeOf(credential({ iat: 2_000, exp: 1_000 }, NOW + HOUR), NOW)).toBe(HOUR);
    expect(lifetimeOf(credential({ iat: 'x', exp: {} }, NOW + HOUR), NOW)).toBe(HOUR);
  });
});

describe('the claims of a credential', () => {
  it('name its subject, and are none when it is no JWT', () => {
    expect(claimsOf(credential({ sub: 'app' }, NOW).token)?.subject).toBe('app');
    expect(claimsOf(credential({ sub: 7 }, NOW).token)?.subject).toBeUndefined();
    expect(claimsOf(new Secret('opaque'))).toBeUndefined();
    expect(claimsOf(new Secret('a.b.c'))).toBeUndefined();
  });
});

describe('a moment', () => {
  it('comes by whichever clock gets there first', () => {
    const past = Moment.in(0);
    const future = Moment.in(HOUR);
    expect(past.hasCome).toBe(true);
    expect(future.hasCome).toBe(false);

    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 2 * HOUR);
    expect(future.hasCome).toBe(true);
    clock.mockReturnValue(0);
    expect(past.hasCome).toBe(true);
    clock.mockRestore();
  });
});

function credential(claims: object, expiresAt: number): { token: Secret; expiresAt: Date } {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return { token: new Secret(`e30.${payload}.c2ln`), expiresAt: new Date(expiresAt) };
}
