import { cellReader } from './typed-cells';

describe('a cell', () => {
  it.each<[string, string | null, unknown]>([
    ['INT', '42', 42],
    ['INT', null, null],
    ['BIGINT', '9007199254740993', '9007199254740993'],
    ['DECIMAL(38,18)', '-1.000000000000000001', '-1.000000000000000001'],
    ['DOUBLE', '1.0E10', 1e10],
    ['DOUBLE', 'NaN', 'NaN'],
    ['FLOAT', '-Infinity', '-Infinity'],
    ['BOOLEAN', 'false', false],
    ['STRING', '', ''],
    ['STRING', null, null],
    ['DATE', '1969-12-31', '1969-12-31'],
    ['TIMESTAMP', '0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z'],
    ['BINARY', 'AP8=', 'AP8='],
    ['ARRAY<INT>', '["1",2,null]', [1, 2, null]],
    ['array<bigint>', '[9007199254740993]', ['9007199254740993']],
    ['MAP<STRING, DECIMAL(10,2)>', '{"a":1.10}', { a: '1.10' }],
    [
      'STRUCT<id: BIGINT NOT NULL COMMENT \'the, "id"\', `a b`: ARRAY<DOUBLE>>',
      '{"id":1,"a b":[1.5]}',
      { id: '1', 'a b': [1.5] },
    ],
    ['STRUCT<>', '{}', {}],
    ['ARRAY<BOOLEAN>', '["true",false]', [true, false]],
    ['ARRAY<INT>', '[1,', '[1,'],
    ['VARIANT', '{"a":1}', '{"a":1}'],
    ['INTERVAL DAY TO SECOND', '1 00:00:00', '1 00:00:00'],
  ])('of type %s with %j is %j', (type, cell, value) => {
    expect(cellReader(type)(cell)).toEqual(value);
  });

  it('of a map whose key is __proto__ changes nothing but the map', () => {
    const value = cellReader('MAP<STRING,INT>')('{"__proto__":1}');

    expect(JSON.stringify(value)).toBe('{"__proto__":1}');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('of a type that is nested without end is shown as it is', () => {
    expect(cellReader('ARRAY<'.repeat(10_000))('[1]')).toBe('[1]');
  });
});
