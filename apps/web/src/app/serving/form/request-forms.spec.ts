import { readJson } from '../json/json-document';
import { type JsonSchema } from './json-schema';
import { inOtherForm, schemaAsWritten } from './request-forms';
import { findingsOf } from './schema-findings';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    dataframe_records: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { id: { type: 'integer' }, carrier: { type: 'string' } },
        required: ['id', 'carrier'],
      },
    },
    params: { type: 'object' },
  },
  required: ['dataframe_records'],
};

function rootOf(text: string) {
  const { root } = readJson(text);
  if (root === undefined) throw new Error(`unreadable: ${text}`);
  return root;
}

const found = (text: string) =>
  findingsOf(schemaAsWritten(schema, rootOf(text)), rootOf(text)).map(
    ({ path, message }) => `${path.join('/')} ${message}`,
  );

describe('the forms of a request', () => {
  it('hold the same columns, whichever is written', () => {
    expect(found('{"dataframe_split": {"columns": ["carrier", "id"], "data": [["AA", 1]]}}')).toEqual([]);
    expect(found('{"dataframe_split": {"columns": ["carrier", "id"], "data": [["AA", "1"]]}}')).toEqual([
      'dataframe_split/data/0/1 text stands here; needed is a whole number',
    ]);
    expect(found('{"instances": [{"id": 1}]}')).toEqual(['instances/0 “carrier” is missing']);
    expect(found('{"inputs": {"id": [1], "carrier": [2]}}')).toEqual([
      'inputs/carrier/0 a number stands here; needed is text',
    ]);
    expect(found('{}')).toEqual([' “dataframe_records” is missing']);
  });

  it('become each other without a digit lost, and back', () => {
    const records =
      '{"dataframe_records": [{"id": 9007199254740993, "x": NaN}, {"x": 1.10, "id": 2}], "params": {"k":1}}';
    const split = inOtherForm(records, rootOf(records), 'dataframe_split') ?? '';
    expect(JSON.stringify(split.replace(/\s+/g, ''))).toBe(
      JSON.stringify(
        '{"dataframe_split":{"columns":["id","x"],"data":[[9007199254740993,NaN],[2,1.10]]},"params":{"k":1}}',
      ),
    );
    const back = inOtherForm(split, rootOf(split), 'dataframe_records') ?? '';
    expect(back.replace(/\s+/g, '')).toBe(
      '{"dataframe_records":[{"id":9007199254740993,"x":NaN},{"id":2,"x":1.10}],"params":{"k":1}}',
    );
  });

  it('stay as they are where they cannot become the other', () => {
    const odd = '{"dataframe_split": {"columns": ["a"], "data": [[1, 2]]}}';
    expect(inOtherForm(odd, rootOf(odd), 'dataframe_records')).toBeUndefined();
    const tensor = '{"instances": [[1, 2]]}';
    expect(inOtherForm(tensor, rootOf(tensor), 'dataframe_split')).toBeUndefined();
  });
});
