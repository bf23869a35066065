import { numberJson } from './number-text';

describe('a number that was typed', () => {
  it.each([
    ['9007199254740993', '9007199254740993'],
    [' 1.10 ', '1.10'],
    ['1e400', '1e400'],
    ['nan', 'NaN'],
    ['-inf', '-Infinity'],
    ['12a', '"12a"'],
    ['01', '"01"'],
    ['1,5', '"1,5"'],
  ])('%j becomes %j', (typed, json) => {
    expect(numberJson(typed)).toBe(json);
  });
});
