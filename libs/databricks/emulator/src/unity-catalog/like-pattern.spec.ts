import { likePattern } from './like-pattern';

describe('a LIKE pattern', () => {
  it.each([
    ['%', 'anything', true],
    ['', 'anything', true],
    ['fl%', 'flights', true],
    ['fl%', 'afl', false],
    ['%gh%s', 'flights', true],
    ['_lights', 'flights', true],
    ['_lights', 'lights', false],
    ['FLIGHTS', 'flights', true],
    ['flight', 'flights', false],
    ['a\\_b', 'a_b', true],
    ['a\\_b', 'axb', false],
    ['a.b', 'axb', false],
    ['[a-z]+', 'a', false],
    ['%a%b%c', 'aabbcc', true],
    ['%a%b%c', 'aabbccd', false],
    ['_', '🌊', true],
  ])('%s takes %s: %s', (pattern, name, taken) => {
    expect(likePattern(pattern)(name)).toBe(taken);
  });

  it('takes no longer for a pattern made to be slow', () => {
    expect(likePattern('%a'.repeat(120))('a'.repeat(100) + 'b'.repeat(155))).toBe(false);
  });
});
