import { InvalidRequest } from '@lakescope/server-http';
import { versionOfIfMatch } from './if-match';

describe('If-Match', () => {
  it('holds a version, quoted or bare', () => {
    expect(versionOfIfMatch('"3"')).toBe(3);
    expect(versionOfIfMatch(' 12 ')).toBe(12);
  });

  it('left out asks for no version in particular', () => {
    expect(versionOfIfMatch(undefined)).toBeUndefined();
  });

  it.each(['', '*', 'W/"3"', '3, 4', '-1', '99999999999999999999'])('of %j is refused', (header) => {
    expect(() => versionOfIfMatch(header)).toThrow(InvalidRequest);
  });
});
