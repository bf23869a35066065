import { InvalidRequest } from '@lakescope/server-http';
import { tagCondition } from './if-match';

describe('If-Match', () => {
  it.each(['"abc"', 'abc', '*', '"x", "abc"', ' "abc" ,'])('%j holds for "abc"', (header) => {
    expect(tagCondition(header)('"abc"')).toBe(true);
  });

  it.each(['"x"', 'W/"abc"', '"ab"', '"abc', 'ABC', '"a","b"'])('%j does not hold for "abc"', (header) => {
    expect(tagCondition(header)('"abc"')).toBe(false);
  });

  it.each([undefined, '', ' ', ',', ' , '])('%j says nothing, and is refused', (header) => {
    expect(() => tagCondition(header)).toThrow(InvalidRequest);
  });
});
