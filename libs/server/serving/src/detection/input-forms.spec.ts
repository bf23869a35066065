import { checkedInput } from './detected-schema';
import { adaptInputs } from './input-forms';
import { signatureOfMlModel } from './model-signature';
import { schemaOfSignature } from './signature-schema';
import type { InputProblem } from './schema-validator';

function problemsOf(inputs: string, given: Record<string, unknown>): readonly InputProblem[] {
  const signature = signatureOfMlModel(`signature: {inputs: '${inputs}'}`);
  if (signature === undefined) throw new Error('There is no signature');
  const { schema, validator } = checkedInput(schemaOfSignature(signature));
  const adapted = adaptInputs(given, schema);
  if ('pointer' in adapted) return [adapted];
  return validator
    .problemsOf(adapted.inputs, false)
    .map(({ pointer, message }) => ({ pointer: adapted.pointerOf(pointer), message }));
}

const COLUMNS = '[{"type":"double","name":"age"},{"type":"string","name":"pl/an","required":false}]';
const TENSORS =
  '[{"name":"ids","type":"tensor","tensor-spec":{"dtype":"int64","shape":[-1,2]}},{"name":"on","type":"tensor","tensor-spec":{"dtype":"bool","shape":[-1]}}]';
const TENSOR = '[{"type":"tensor","tensor-spec":{"dtype":"float64","shape":[-1,2]}}]';

describe('inputs of a table', () => {
  it.each([
    { dataframe_records: [{ age: 1, 'pl/an': 'full', more: true }] },
    { dataframe_split: { columns: ['pl/an', 'age'], data: [['full', 1]] } },
    { instances: [{ age: 1 }] },
    { inputs: { age: [1, 2], 'pl/an': ['a', null] } },
  ])('are taken in the form of %j', (given) => {
    expect(problemsOf(COLUMNS, given)).toEqual([]);
  });

  it.each([
    [{ dataframe_records: [{ age: 1 }, { age: 'x' }] }, '/dataframe_records/1/age'],
    [{ dataframe_records: [{ 'pl/an': 'a' }] }, '/dataframe_records/0/age'],
    [{ dataframe_records: [{ age: 1, 'pl/an': 3 }] }, '/dataframe_records/0/pl~1an'],
    [
      {
        dataframe_split: {
          columns: ['pl/an', 'age'],
          data: [
            ['full', 1],
            ['a', 'b'],
          ],
        },
      },
      '/dataframe_split/data/1/1',
    ],
    [{ dataframe_split: { columns: ['age', 'pl/an'], data: [[1, 5]] } }, '/dataframe_split/data/0/1'],
    [{ dataframe_split: { columns: ['pl/an'], data: [['full']] } }, '/dataframe_split/columns'],
    [{ dataframe_split: { columns: ['age'], data: [[1], [1, 2]] } }, '/dataframe_split/data/1'],
    [{ dataframe_split: { data: [[1]] } }, '/dataframe_split/columns'],
    [{ dataframe_split: 'x' }, '/dataframe_split/data'],
    [{ instances: [{ age: [] }] }, '/instances/0/age'],
    [{ inputs: { age: [1, 'x'] } }, '/inputs/age/1'],
    [{ inputs: [1] }, '/inputs'],
    [{}, ''],
    [{ rows: [] }, ''],
    [{ dataframe_records: [{ age: 1 }], instances: [] }, ''],
  ])('that are wrong, as %j, are told of at %s', (given, pointer) => {
    expect(problemsOf(COLUMNS, given).map((problem) => problem.pointer)).toEqual([pointer]);
  });
});

/** Tables of a hundred million cells, of which few were sent. */
it.each([
  [COLUMNS, 'inputs', (many: number) => ({ age: Array.from({ length: many }, () => 1), ...named(many) })],
  [TENSORS, 'instances', (many: number) => Array.from({ length: many }, (_, row) => ({ [`c${row}`]: 1 }))],
] as const)('inputs of %s are not filled up without end: %s', (signature, form, table) => {
  expect(problemsOf(signature, { [form]: table(10_000) })).toEqual([
    { pointer: `/${form}`, message: expect.stringMatching(/^must have (lists of )?the same/) as string },
  ]);
});

it('inputs may have more columns than a call has room for arguments', () => {
  expect(problemsOf(COLUMNS, { inputs: { age: [1], ...named(150_000) } })).toEqual([]);
});

function named(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, 1]));
}

describe('inputs of tensors', () => {
  it.each([
    [TENSORS, { inputs: { ids: [[1, 2]], on: [true] } }],
    [TENSORS, { instances: [{ ids: [1, 2], on: true }] }],
    [TENSOR, { inputs: [[1, 2]] }],
    [
      TENSOR,
      {
        instances: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
  ])('of %s are taken in the form of %j', (inputs, given) => {
    expect(problemsOf(inputs, given)).toEqual([]);
  });

  it.each([
    [TENSORS, { inputs: { ids: [[1, 2]] } }, '/inputs/on'],
    [TENSORS, { instances: [{ ids: [1, 2], on: 'x' }] }, '/instances/0/on'],
    [TENSOR, { inputs: [[1, 2], [3]] }, '/inputs/1'],
    [TENSOR, { instances: [[1, 'a']] }, '/instances/0/1'],
    [TENSOR, { dataframe_records: [{ a: 1 }] }, ''],
  ])('of %s that are wrong, as %j, are told of at %s', (inputs, given, pointer) => {
    expect(problemsOf(inputs, given).map((problem) => problem.pointer)).toEqual([pointer]);
  });
});
