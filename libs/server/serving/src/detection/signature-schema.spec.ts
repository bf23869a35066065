import { checkedInput } from './detected-schema';
import { UnreadableSignature, signatureOfHistory, signatureOfMlModel, type ModelSignature } from './model-signature';
import { schemaOfSignature } from './signature-schema';

function mlModel(inputs: unknown, params?: unknown): string {
  const line = (name: string, value: unknown): string => `  ${name}: '${JSON.stringify(value).replace(/'/g, "''")}'`;
  return [
    'artifact_path: model',
    'flavors: {python_function: {loader_module: mlflow.sklearn}}',
    'signature:',
    line('inputs', inputs),
    ...(params === undefined ? [] : [line('params', params)]),
  ].join('\n');
}

function signature(inputs: unknown, params?: unknown): ModelSignature {
  const found = signatureOfMlModel(mlModel(inputs, params));
  if (found === undefined) throw new Error('There is no signature');
  return found;
}

const COLUMN_TYPES = ['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime', 'any'];

describe('the schema of a signature', () => {
  it('tells required columns from optional ones and from parameters, each with its type', () => {
    const input = schemaOfSignature(
      signature(
        [
          { type: 'double', name: 'age', required: true },
          { type: 'string', name: "plan's", required: false },
        ],
        [{ name: 'threshold', type: 'double', default: 0.5, shape: null }],
      ),
    );

    expect(input).toEqual({
      schema: {
        type: 'object',
        properties: {
          dataframe_records: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              properties: { age: { type: 'number' }, "plan's": { type: ['string', 'null'] } },
              required: ['age'],
            },
          },
          params: { type: 'object', properties: { threshold: { type: ['number', 'null'], default: 0.5 } } },
        },
        required: ['dataframe_records'],
      },
      required: ['age'],
      optional: ["plan's", 'params.threshold'],
    });
  });

  it.each([
    ['columns of every type', COLUMN_TYPES.map((type) => ({ type, name: `a ${type}` }))],
    ['columns without names', [{ type: 'double' }, { type: 'string' }]],
    ['one column without a name', [{ type: 'long' }]],
    ['a tensor', [{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 3, 2] } }]],
    [
      'tensors by name',
      [
        { name: 'ids', type: 'tensor', 'tensor-spec': { dtype: 'int64', shape: [-1, 4] } },
        { name: 'mask', type: 'tensor', 'tensor-spec': { dtype: 'uint8', shape: [-1, -1] } },
      ],
    ],
    [
      'nested types',
      [
        {
          name: 'trips',
          type: 'array',
          items: {
            type: 'object',
            properties: { km: { type: 'float' }, tags: { type: 'map', values: { type: 'string' }, required: false } },
          },
        },
      ],
    ],
  ])('comes with an example that it accepts, for %s', (_, inputs) => {
    const { example, validator } = checkedInput(schemaOfSignature(signature(inputs)));

    expect(example).not.toBeNull();
    expect(validator.problemsOf(example, false)).toEqual([]);
  });

  it('shows no example where one would be too large to look at', () => {
    const image = [{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 224, 224, 3] } }];

    expect(checkedInput(schemaOfSignature(signature(image))).example).toBeNull();
  });

  it('keeps int64 to its bounds, and int32 to those of its own', () => {
    const { validator } = checkedInput(
      schemaOfSignature(
        signature([
          { type: 'long', name: 'long' },
          { type: 'integer', name: 'integer' },
        ]),
      ),
    );
    const problems = (row: object): unknown => validator.problemsOf({ dataframe_records: [row] }, false);

    expect(problems({ long: JSON.parse('9223372036854775807') as number, integer: 2147483647 })).toEqual([]);
    expect(problems({ long: 1, integer: 2147483648 })).toEqual([
      { pointer: '/dataframe_records/0/integer', message: 'must be <= 2147483647' },
    ]);
    expect(problems({ long: 2 ** 64, integer: 1 })).toHaveLength(1);
  });

  it('is read from the history of the run that logged the model, too', () => {
    const history = JSON.stringify([
      { signature: { inputs: '[{"type":"long","name":"old"}]' } },
      { signature: { inputs: '[{"type":"long","name":"new"}]' } },
    ]);

    expect(signatureOfHistory(history)?.columns.map(({ name }) => name)).toEqual(['new']);
  });

  it.each(['artifact_path: model', 'signature: null'])('is not there in a file that says: %s', (file) => {
    expect(signatureOfMlModel(file)).toBeUndefined();
  });

  it.each([
    'a: [',
    '- 1',
    'signature: {inputs: "[1]"}',
    'signature: {inputs: "{"}',
    `signature: {inputs: '[{"type":"tensor"}]'}`,
    `signature: {inputs: '[{"type":"tensor","tensor-spec":{"dtype":"f","shape":["x"]}}]'}`,
    `signature: {inputs: '[{"name":"a"}]'}`,
    `signature: {inputs: '[${'{"type":"array","items":'.repeat(40)}{"type":"long"}${'}'.repeat(40)}]'}`,
    `a: &a [1]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]`,
  ])('cannot be read from %s', (file) => {
    expect(() => signatureOfMlModel(file)).toThrow(UnreadableSignature);
  });
});
