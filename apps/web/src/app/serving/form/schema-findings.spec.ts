import { pointerOf, readJson } from '../json/json-document';
import { type JsonSchema, startValue, typeName, valueSchema } from './json-schema';
import { findingsOf } from './schema-findings';

const column = (type: string): JsonSchema => ({ type });
const long: JsonSchema = { type: 'integer', minimum: -(2 ** 63), maximum: 2 ** 63 - 1 };
const rows: JsonSchema = {
  type: 'object',
  properties: {
    dataframe_records: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          id: long,
          delay: { anyOf: [column('number'), { enum: ['NaN', 'Infinity', '-Infinity'] }, { type: 'null' }] },
          carrier: { type: 'string', enum: ['AA', 'UA'] },
        },
        required: ['id', 'carrier'],
        additionalProperties: false,
      },
    },
  },
  required: ['dataframe_records'],
};

function found(schema: JsonSchema, text: string): string[] {
  const { root } = readJson(text);
  if (root === undefined) throw new Error(`unreadable: ${text}`);
  return findingsOf(schema, root).map(({ path, message }) => `${pointerOf(path)} ${message}`);
}

const row = (json: string) => `{"dataframe_records": [${json}]}`;

describe('what does not fit a schema', () => {
  it('is nothing where all fits, numbers beyond what JSON can write included', () => {
    expect(found(rows, row('{"id": 9223372036854775807, "delay": "NaN", "carrier": "AA"}'))).toEqual([]);
    expect(found(rows, row('{"id": -1, "delay": null, "carrier": "UA"}'))).toEqual([]);
    expect(found({ type: 'number' }, '"-Infinity"')).toEqual([]);
    expect(found({ type: 'number' }, 'NaN')).toEqual([]);
    expect(found({ type: 'integer' }, 'NaN')).toHaveLength(1);
    expect(found({}, '[1, {"a": null}]')).toEqual([]);
  });

  it('is said at the pointer of the value', () => {
    const json = row('{"id": 1.5, "delay": "late", "carrier": "XX", "gate": 3}');
    expect(found(rows, json)).toEqual([
      '/dataframe_records/0/id a fraction stands here; needed is a whole number',
      '/dataframe_records/0/delay text stands here; needed is a number',
      '/dataframe_records/0/carrier One of these is needed: "AA", "UA"',
      '/dataframe_records/0/gate “gate” is not known to this model',
    ]);
  });

  it('is said of what is missing where it would be', () => {
    expect(found(rows, row('{"carrier": "AA"}'))).toEqual(['/dataframe_records/0 “id” is missing']);
    expect(found(rows, '{}')).toEqual([' “dataframe_records” is missing']);
    expect(found(rows, '{"dataframe_records": []}')[0]).toContain('at least 1');
  });

  it('knows integers that no JavaScript number can hold', () => {
    expect(found(rows, row('{"id": 9223372036854775808, "carrier": "AA"}'))[0]).toContain('64 bits');
  });

  it('is, of several forms, said of the one that was meant', () => {
    const split: JsonSchema = { type: 'object', properties: { data: { type: 'array' } }, required: ['data'] };
    const either: JsonSchema = { oneOf: [split, rows] };
    expect(found(either, row('{"id": true, "carrier": "AA"}'))).toEqual([
      '/dataframe_records/0/id true or false stands here; needed is a whole number',
    ]);
  });

  it('is no endless list', () => {
    expect(found(rows, row(Array.from({ length: 500 }, () => '{}').join())).length).toBe(200);
  });
});

describe('a schema of a request', () => {
  it('names its types for people', () => {
    expect(typeName({ ...long, type: ['integer', 'null'] })).toBe('int64');
    expect(typeName({ type: 'array', items: { type: 'string' } })).toBe('list of text');
    expect(typeName({})).toBe('any JSON');
  });

  it('is, of several forms, the one in which a value stands there', () => {
    const either: JsonSchema = { anyOf: [{ type: 'string' }, { type: 'array' }, { type: 'null' }], title: 'x' };
    expect(valueSchema(either)).toEqual({ title: 'x', type: 'string' });
    expect(valueSchema(either, readJson('[]').root)).toEqual({ title: 'x', type: 'array' });
  });

  it('has a first value for everything', () => {
    expect(startValue(rows)).toBe('{ "dataframe_records": [] }');
    expect(startValue({ type: 'object', properties: { a: { type: 'integer', minimum: 1 } }, required: ['a'] })).toBe(
      '{ "a": 1 }',
    );
    expect(startValue({ type: 'number', default: 0.5 })).toBe('0.5');
  });
});
