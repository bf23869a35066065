import type { ColumnType, ModelSchema, ModelSignature, Param, ScalarType } from './signature';

type Schema = Readonly<Record<string, unknown>>;

/**
 * What the platform's `/openapi` says of a custom model: requests as `dataframe_split` and `dataframe_records` for columns, as
 * `instances` and `inputs` for tensors, answers as `predictions`, all derived from the signature. Without a signature there
 * is nothing to say.
 */
export function pathItemOf({ inputs, outputs, params }: ModelSignature): object {
  const request = inputs === undefined ? [] : requestsOf(inputs, params);
  const schema = request.length === 0 ? { type: 'object' } : { oneOf: request };
  return {
    post: {
      requestBody: { content: { 'application/json': { schema } } },
      responses: {
        '200': {
          description: 'Successful operation',
          content: { 'application/json': { schema: object({ predictions: predictionsOf(outputs) }) } },
        },
      },
    },
  };
}

function requestsOf(inputs: ModelSchema, params: readonly Param[]): Schema[] {
  const given: Readonly<Record<string, Schema>> = params.length === 0 ? {} : { params: paramsOf(params) };
  const form = (name: string, schema: Schema): Schema => ({
    ...object({ [name]: schema, ...given }),
    required: [name],
  });
  if (inputs.kind === 'columns') {
    const records = form('dataframe_records', { type: 'array', items: recordOf(inputs) });
    return [form('dataframe_split', splitOf(inputs)), records];
  }
  const [only] = inputs.tensors;
  if (only !== undefined && only.name === undefined) {
    const schema = tensorOf(only.dtype, only.shape);
    return [form('instances', schema), form('inputs', schema)];
  }
  const named = (shapeOf: (shape: readonly number[]) => readonly number[]): Schema => ({
    ...object(
      Object.fromEntries(inputs.tensors.map(({ name = '', dtype, shape }) => [name, tensorOf(dtype, shapeOf(shape))])),
    ),
    required: inputs.tensors.map(({ name = '' }) => name),
  });
  return [
    form('instances', { type: 'array', items: named((shape) => shape.slice(1)) }),
    form(
      'inputs',
      named((shape) => shape),
    ),
  ];
}

function splitOf({ columns }: Extract<ModelSchema, { kind: 'columns' }>): Schema {
  const names = columns.map(({ name }, index) => name ?? String(index));
  const required = names.filter((_, index) => columns[index]?.required === true);
  return {
    ...object({
      columns: {
        description: `required fields: ${required.join(', ')}`,
        type: 'array',
        items: { type: 'string', enum: names },
      },
      data: { type: 'array', items: { type: 'array', prefixItems: columns.map(({ type }) => typeOf(type)) } },
    }),
    required: columns[0]?.name === undefined ? ['data'] : ['columns', 'data'],
  };
}

function recordOf({ columns }: Extract<ModelSchema, { kind: 'columns' }>): Schema {
  const names = columns.map(({ name }, index) => name ?? String(index));
  return {
    ...object(Object.fromEntries(columns.map(({ type }, index) => [names[index] ?? '', typeOf(type)]))),
    required: names.filter((_, index) => columns[index]?.required === true),
  };
}

function predictionsOf(outputs: ModelSchema | undefined): Schema {
  if (outputs === undefined) return {};
  if (outputs.kind === 'columns') {
    const [only] = outputs.columns;
    const isValues = outputs.columns.length === 1 && only !== undefined && only.name === undefined;
    return { type: 'array', items: isValues ? typeOf(only.type) : recordOf(outputs) };
  }
  const [only] = outputs.tensors;
  if (only !== undefined && only.name === undefined) return tensorOf(only.dtype, only.shape);
  return object(
    Object.fromEntries(outputs.tensors.map(({ name = '', dtype, shape }) => [name, tensorOf(dtype, shape)])),
  );
}

function paramsOf(params: readonly Param[]): Schema {
  return object(
    Object.fromEntries(
      params.map(({ name, type, default: usual, isList }) => {
        const one = typeOf(type);
        return [name, { ...(isList ? { type: 'array', items: one } : one), default: usual }];
      }),
    ),
  );
}

function typeOf(type: ColumnType): Schema {
  switch (type.kind) {
    case 'scalar':
      return SCALARS[type.scalar];
    case 'array':
      return { type: 'array', items: typeOf(type.items) };
    case 'map':
      return { type: 'object', additionalProperties: typeOf(type.values) };
    case 'object':
      return {
        ...object(Object.fromEntries(type.properties.map((property) => [property.name, typeOf(property.type)]))),
        required: type.properties.filter(({ required }) => required).map(({ name }) => name),
      };
    case 'any':
      return {};
  }
}

/** An axis of -1 has any length. */
function tensorOf(dtype: string, shape: readonly number[]): Schema {
  const [axis, ...rest] = shape;
  if (axis === undefined) return tensorCell(dtype);
  const length = axis === -1 ? {} : { minItems: axis, maxItems: axis };
  return { type: 'array', items: tensorOf(dtype, rest), ...length };
}

function tensorCell(dtype: string): Schema {
  if (dtype === 'bool') return { type: 'boolean' };
  if (/^u?int/.test(dtype)) return { type: 'integer' };
  return dtype.startsWith('float') ? { type: 'number' } : { type: 'string' };
}

function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties };
}

const SCALARS: Readonly<Record<ScalarType, Schema>> = {
  boolean: { type: 'boolean' },
  integer: { type: 'integer', format: 'int32' },
  long: { type: 'integer', format: 'int64' },
  float: { type: 'number', format: 'float' },
  double: { type: 'number', format: 'double' },
  string: { type: 'string' },
  binary: { type: 'string', format: 'byte' },
  datetime: { type: 'string', format: 'date-time' },
};
