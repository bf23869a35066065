import { columnKind } from './column-kind';
import { arity, opsOf, valuesFor } from './filter-ops';
import { filterProblem, sentValues, valueProblem, valuesOfLines } from './filter-values';

describe('what a column can be compared with', () => {
  it.each([
    ['BIGINT', 'integer'],
    ['decimal(38,18)', 'decimal'],
    ['double', 'float'],
    ['varchar(10)', 'string'],
    ['timestamp_ntz', 'timestamp'],
    ['array<string>', 'opaque'],
    ['struct<date: date>', 'opaque'],
    ['map<string,int>', 'opaque'],
    ['binary', 'opaque'],
    ['interval day to second', 'opaque'],
  ] as const)('takes %s for %s', (type, kind) => {
    expect(columnKind(type)).toBe(kind);
  });

  it('offers patterns for text alone, and order where there is one', () => {
    expect(opsOf('string')).toContain('like');
    expect(opsOf('integer')).not.toContain('like');
    expect(opsOf('boolean')).not.toContain('<');
    expect(opsOf('opaque')).toEqual(['is_null', 'is_not_null']);
    expect(opsOf('timestamp')).toContain('between');
  });

  it('keeps what was typed when the operation changes, as far as it fits', () => {
    expect(valuesFor('between', ['1'])).toEqual(['1', '']);
    expect(valuesFor('=', ['1', '2'])).toEqual(['1']);
    expect(valuesFor('is_null', ['1'])).toEqual([]);
    expect(arity('not_in')).toBe('many');
  });
});

describe('the value of a filter', () => {
  it.each([
    ['9223372036854775807', 'bigint'],
    ['-9223372036854775808', 'bigint'],
    ['-128', 'tinyint'],
    [' 42 ', 'int'],
    ['12345678901234567890.123456789012345678', 'decimal(38,18)'],
    ['-.5', 'decimal(3,2)'],
    ['1e-9', 'double'],
    ['NaN', 'double'],
    ['-Infinity', 'float'],
    ['TRUE', 'boolean'],
    ['1969-07-20', 'date'],
    ['2024-02-29', 'date'],
    ['0001-01-01', 'date'],
    ['1969-07-20 20:17:40.123456', 'timestamp'],
    ['1969-07-20T20:17Z', 'timestamp'],
    ['1969-07-20 20:17:40+02:00', 'timestamp'],
    ['1969-07-20', 'timestamp'],
    ['', 'string'],
    ["'; DROP TABLE x; --", 'string'],
  ])('%j fits a column of %s', (value, type) => {
    expect(valueProblem(value, type, '=')).toBeUndefined();
  });

  it.each([
    ['9223372036854775808', 'bigint', '9,223,372,036,854,775,807'],
    ['128', 'tinyint', '127'],
    ['1.5', 'int', 'whole number'],
    ['', 'int', 'whole number'],
    ['0x10', 'int', 'whole number'],
    ['1,5', 'decimal(10,2)', 'decimal number'],
    ['1e3', 'decimal(10,2)', 'decimal number'],
    ['1'.repeat(39), 'decimal(38,0)', '38 digits'],
    ['one', 'double', 'number'],
    ['yes', 'boolean', 'true or false'],
    ['2023-02-29', 'date', 'day'],
    ['0000-01-01', 'date', 'day'],
    ['20.07.1969', 'date', 'day'],
    ['2024-01-31 25:00', 'timestamp', 'time'],
    ['2024-13-01 10:00', 'timestamp', 'time'],
    ['{}', 'struct<a: int>', 'cannot be compared'],
  ])('%j does not fit a column of %s, and the message says what would', (value, type, says) => {
    expect(valueProblem(value, type, '=')).toContain(says);
  });

  it('is checked one by one in a list, which must not be empty', () => {
    const filter = { column: 'n', op: 'in' as const };
    expect(filterProblem({ ...filter, values: [] }, 'int')).toContain('At least one');
    expect(filterProblem({ ...filter, values: ['1', 'x'] }, 'int')).toContain('whole number');
    expect(filterProblem({ ...filter, values: ['1', '2'] }, 'int')).toBeUndefined();
    expect(filterProblem({ ...filter, values: Array.from({ length: 1001 }, () => '1') }, 'int')).toContain('1000');
  });

  it('needs both ends of a range, and none to ask for null', () => {
    expect(filterProblem({ column: 'n', op: 'between', values: ['1', ''] }, 'int')).toContain('whole number');
    expect(filterProblem({ column: 'n', op: 'is_null', values: [] }, 'array<int>')).toBeUndefined();
  });

  it('needs a column that is there', () => {
    expect(filterProblem({ column: 'gone', op: 'is_null', values: [] }, undefined)).toContain('no column');
  });

  it('is sent without blanks around it, but for text', () => {
    expect(sentValues({ column: 'n', op: '=', values: [' 1 '] }, 'int')).toEqual(['1']);
    expect(sentValues({ column: 's', op: '=', values: [' a '] }, 'string')).toEqual([' a ']);
  });

  it('is a line of its own in a list', () => {
    expect(valuesOfLines('a, b\r\n\n  \n c')).toEqual(['a, b', ' c']);
  });
});
