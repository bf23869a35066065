import { Secret } from '@lakescope/databricks-client';
import { claimsOf } from './token-claims';

describe('what a token says about itself', () => {
  it('is when it expires and what it may do', () => {
    expect(claimsOf(tokenWith({ exp: 1_795_305_600, scope: 'files  sql' }))).toEqual({
      expiresAt: new Date('2026-11-22T00:00:00Z'),
      scopes: ['files', 'sql'],
    });
  });

  it.each([
    ['is opaque', new Secret('dapi0123456789')],
    ['has parts that are no JSON', new Secret('a.b.c')],
    ['holds no object', tokenWith(null)],
    ['expires after the end of time', tokenWith({ exp: 1e300 })],
    ['expires at a word', tokenWith({ exp: 'soon', scope: ['files'] })],
  ])('is nothing when it %s', (_, token) => {
    expect(claimsOf(token)).toEqual({ scopes: [] });
  });
});

function tokenWith(payload: unknown): Secret {
  return new Secret(`x.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.y`);
}
