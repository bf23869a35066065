import { jsonValue } from './json-value';

describe('jsonValue', () => {
  it('reads a document, null included', () => {
    expect(jsonValue('{"a":[1,2]}')).toEqual({ value: { a: [1, 2] } });
    expect(jsonValue('null')).toEqual({ value: null });
  });

  it('reads lines of JSON as a list, without a last one that was cut off', () => {
    expect(jsonValue('{"a":1}\n{"a":2}\n')).toEqual({ value: [{ a: 1 }, { a: 2 }] });
    expect(jsonValue('{"a":1}\n{"a":2}\n{"a"')).toEqual({ value: [{ a: 1 }, { a: 2 }] });
  });

  it('takes nothing else for JSON', () => {
    expect(jsonValue('{"a":1')).toBeUndefined();
    expect(jsonValue('{"a":1}\nno json\n{"a":2}')).toBeUndefined();
    expect(jsonValue(null)).toBeUndefined();
  });
});
