import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '@lakescope/databricks-client';
import { TokenNames } from './token-names';

describe('the name of a token', () => {
  it.each([1, 55, 64, 866, 8_192, 8_193, 65_536])('is the HMAC of its %i characters', (length) => {
    const key = randomBytes(64);
    const token = 'aZ0.-_~+/='.repeat(Math.ceil(length / 10)).slice(0, length);

    const name = new TokenNames(key).of(new Secret(token));

    expect(name).toBe(createHmac('sha256', key).update(token).digest('binary'));
  });

  it('is another one in another process', () => {
    const token = new Secret('token');

    expect(new TokenNames().of(token)).not.toBe(new TokenNames().of(token));
  });
});
