import type { InputSchema, Json, JsonSchema } from './json-schema';
import type {
  ColumnType,
  ModelSignature,
  SignatureColumn,
  SignatureParameter,
  SignatureTensor,
} from './model-signature';

/**
 * What a signature says of a request: rows by name for columns (`dataframe_records`), rows by place for columns without names
 * (`dataframe_split`), and `inputs` for tensors. The other forms a model takes are held to the same schema; see input-forms.
 */
export function schemaOfSignature({ columns, tensors, parameters }: ModelSignature): InputSchema {
  const params = paramsSchema(parameters);
  const parameterNames = parameters.map(({ name }) => `params.${name}`);
  const extra: Record<string, JsonSchema> = params === undefined ? {} : { params };
  if (tensors.length > 0) {
    const names = tensors.flatMap(({ name }) => name ?? []);
    return {
      schema: request('inputs', tensorInputs(tensors), extra),
      required: names.length === 0 ? ['inputs'] : names,
      optional: parameterNames,
    };
  }
  if (columns.some(({ name }) => name === undefined)) {
    return {
      schema: request('dataframe_split', splitRows(columns), extra),
      required: ['dataframe_split'],
      optional: parameterNames,
    };
  }
  return {
    schema: request('dataframe_records', { type: 'array', minItems: 1, items: row(columns) }, extra),
    required: columns.filter(({ required }) => required).flatMap(({ name }) => name ?? []),
    optional: [...columns.filter(({ required }) => !required).flatMap(({ name }) => name ?? []), ...parameterNames],
  };
}

function request(form: string, schema: JsonSchema, extra: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties: { [form]: schema, ...extra }, required: [form] };
}

/** Columns the model does not know are left out by it, so they are no mistake. */
function row(columns: readonly SignatureColumn[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      columns.map(({ name = '', type, required }) => [name, required ? typeSchema(type) : orNull(typeSchema(type))]),
    ),
    required: columns.filter(({ required }) => required).flatMap(({ name }) => name ?? []),
  };
}

function splitRows(columns: readonly SignatureColumn[]): JsonSchema {
  const types = columns.map(({ type }) => typeSchema(type));
  const [first = {}] = types;
  const isUniform = types.every((type) => JSON.stringify(type) === JSON.stringify(first));
  const cells: JsonSchema = isUniform ? first : { anyOf: types };
  const one: JsonSchema = { type: 'array', minItems: types.length, maxItems: types.length, items: cells };
  return {
    type: 'object',
    properties: { data: { type: 'array', minItems: 1, items: one } },
    required: ['data'],
  };
}

function tensorInputs(tensors: readonly SignatureTensor[]): JsonSchema {
  const [only] = tensors;
  if (tensors.length === 1 && only !== undefined && only.name === undefined) return tensorSchema(only);
  return {
    type: 'object',
    properties: Object.fromEntries(
      tensors.map((tensor, index) => [tensor.name ?? String(index), tensorSchema(tensor)]),
    ),
    required: tensors.map(({ name }, index) => name ?? String(index)),
  };
}

function tensorSchema({ dtype, shape }: SignatureTensor): JsonSchema {
  const tensor = [...shape].reverse().reduce<JsonSchema>(
    (items, length) => ({
      type: 'array',
      items,
      ...(length < 0 ? { minItems: 1 } : { minItems: length, maxItems: length }),
    }),
    dtypeSchema(dtype),
  );
  return { ...tensor, description: `Tensor of ${dtype}, shape (${shape.join(', ')})` };
}

/** As numpy names its types. */
function dtypeSchema(dtype: string): JsonSchema {
  if (/^bool/.test(dtype)) return { type: 'boolean' };
  if (/^(?:float|bfloat|complex)/.test(dtype)) return { type: 'number' };
  if (/^(?:str|object|bytes|<U|\|S)/.test(dtype)) return { type: 'string' };
  const whole = /^(u?)int(\d+)$/.exec(dtype);
  return whole === null ? {} : integer(whole[1] === 'u', Number(whole[2]));
}

function integer(isUnsigned: boolean, bits: number): JsonSchema {
  // Of 64 bits the largest has no number in JavaScript, but the one above it, which comes out the same.
  const [minimum, maximum] = isUnsigned ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return { type: 'integer', minimum, maximum };
}

/** Column types of MLflow: a long does not fit into an integer, and a date or a time is a text. */
function typeSchema(type: ColumnType): JsonSchema {
  switch (type.kind) {
    case 'any':
      return {};
    case 'array':
      return { type: 'array', items: typeSchema(type.items) };
    case 'map':
      return { type: 'object', additionalProperties: typeSchema(type.values) };
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(type.properties.map(([name, one]) => [name, typeSchema(one)])),
        required: type.properties.flatMap(([name, , required]) => (required ? [name] : [])),
      };
    case 'scalar':
      return scalarSchema(type.type);
  }
}

function scalarSchema(type: string): JsonSchema {
  switch (type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return integer(false, 32);
    case 'long':
      return integer(false, 64);
    case 'float':
    case 'double':
      return { type: 'number' };
    case 'string':
      return { type: 'string' };
    case 'binary':
      return { type: 'string', contentEncoding: 'base64' };
    case 'datetime':
      return { type: 'string', format: 'date-time' };
    default:
      return {};
  }
}

function orNull(schema: JsonSchema): JsonSchema {
  return typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : schema;
}

function paramsSchema(parameters: readonly SignatureParameter[]): JsonSchema | undefined {
  if (parameters.length === 0) return undefined;
  const properties = parameters.map(({ name, type, defaultValue, isList }) => {
    const one = typeSchema(type);
    const schema: JsonSchema = isList ? { type: 'array', items: one } : one;
    return [name, defaultValue === undefined ? schema : { ...orNull(schema), default: defaultValue as Json }] as const;
  });
  return { type: 'object', properties: Object.fromEntries(properties) };
}
