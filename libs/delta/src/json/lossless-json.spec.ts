import { NumberText, parseJson, writeJson } from './lossless-json';

describe('lossless JSON', () => {
  it('keeps the digits a double would lose as text', () => {
    expect(parseJson('{"a":9007199254740993,"b":9007199254740991,"c":-9223372036854775808}')).toEqual({
      a: '9007199254740993',
      b: 9007199254740991,
      c: '-9223372036854775808',
    });
    expect(parseJson('[123456789012345678.25, 0.1, 12345.678901234567]')).toEqual([
      '123456789012345678.25',
      0.1,
      12345.678901234567,
    ]);
  });

  it('leaves long digits inside text alone', () => {
    expect(parseJson('{"a":"12345678901234567890","n":1}')).toEqual({ a: '12345678901234567890', n: 1 });
  });

  it('writes longs and decimals digit for digit and leaves missing keys out', () => {
    expect(writeJson({ a: 9223372036854775807n, b: new NumberText('1.50'), c: undefined, d: [null, 'x"'] })).toBe(
      '{"a":9223372036854775807,"b":1.50,"d":[null,"x\\""]}',
    );
  });
});
