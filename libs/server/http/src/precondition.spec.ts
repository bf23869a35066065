import { entityTag, preconditionOf } from './precondition';
import { InvalidRequest } from './request.errors';

describe('the condition of a write', () => {
  it('is the version in If-Match, quoted or bare', () => {
    expect(preconditionOf('"3"')).toEqual({ version: 3 });
    expect(preconditionOf(' 12 ')).toEqual({ version: 12 });
    expect(preconditionOf(entityTag(7))).toEqual({ version: 7 });
  });

  it('is whether there is anything at all, where a header holds a star', () => {
    expect(preconditionOf('*')).toBe('present');
    expect(preconditionOf(undefined, ' * ')).toBe('absent');
  });

  it('is none without a header', () => {
    expect(preconditionOf(undefined)).toBeUndefined();
  });

  it.each(['', 'W/"3"', '3, 4', '-1', '99999999999999999999', '"3', '3"', '"*"'])('is not %j in If-Match', (header) => {
    expect(() => preconditionOf(header)).toThrow(InvalidRequest);
  });

  it('is not a version in If-None-Match, nor two conditions at once', () => {
    expect(() => preconditionOf(undefined, '"3"')).toThrow(InvalidRequest);
    expect(() => preconditionOf('"3"', '*')).toThrow(InvalidRequest);
  });
});
