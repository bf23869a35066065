import { ModelNotServable } from './model-not-servable';
import {
  SCALAR_TYPES,
  type Column,
  type ColumnType,
  type ModelSchema,
  type ModelSignature,
  type Param,
  type Property,
  type ScalarType,
  type Tensor,
} from './signature';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The `signature` map of an MLmodel file. Its parts are JSON in strings (MLflow `ModelSignature.to_dict`). Throws
 * `ModelNotServable` for what MLflow itself does not load.
 */
export function readSignature(signature: unknown): ModelSignature {
  const fields = fieldsOf(signature, 'signature');
  const [inputs, outputs] = [listIn(fields, 'inputs'), listIn(fields, 'outputs')];
  return {
    ...(inputs !== undefined && { inputs: schemaOf(inputs, 'inputs') }),
    ...(outputs !== undefined && { outputs: schemaOf(outputs, 'outputs') }),
    params: (listIn(fields, 'params') ?? []).map(paramOf),
  };
}

function schemaOf(items: readonly unknown[], at: string): ModelSchema {
  const specs = items.map((item) => fieldsOf(item, at));
  if (specs.length === 0) throw new ModelNotServable(`The signature's ${at} are empty`);
  const tensors = specs.filter(({ type }) => type === 'tensor');
  const named = specs.filter(({ name }) => name !== undefined && name !== null);
  if (tensors.length !== 0 && tensors.length !== specs.length) throw mixed(at, 'columns and tensors');
  if (named.length !== 0 && named.length !== specs.length) throw mixed(at, 'named and unnamed ones');
  if (tensors.length === 0) return { kind: 'columns', columns: specs.map((spec) => columnOf(spec, at)) };
  if (named.length === 0 && specs.length > 1) throw new ModelNotServable(`Several ${at} are tensors without a name`);
  return { kind: 'tensors', tensors: specs.map((spec) => tensorOf(spec, at)) };
}

function columnOf(spec: Fields, at: string): Column {
  const name = nameOf(spec, at);
  const required = requiredOf(spec);
  if (name === undefined && !required)
    throw new ModelNotServable(`The signature's ${at} have an optional one without a name`);
  return { ...(name !== undefined && { name }), type: typeOf(spec, name ?? at), required };
}

function tensorOf(spec: Fields, at: string): Tensor {
  const name = nameOf(spec, at);
  const { dtype, shape } = fieldsOf(spec['tensor-spec'], `${name ?? at}: tensor-spec`);
  const isShape = Array.isArray(shape) && shape.every((axis) => Number.isInteger(axis) && Number(axis) >= -1);
  if (typeof dtype !== 'string' || !isShape)
    throw new ModelNotServable(`${name ?? at}: tensor-spec has no dtype or no shape`);
  return { ...(name !== undefined && { name }), dtype, shape: shape.map(Number) };
}

function typeOf(spec: Fields, at: string): ColumnType {
  const { type } = spec;
  const scalar = SCALAR_TYPES.find((one) => one === type);
  if (scalar !== undefined) return { kind: 'scalar', scalar };
  switch (type) {
    case 'array':
      return { kind: 'array', items: typeOf(fieldsOf(spec['items'], `${at}: items`), at) };
    case 'map':
      return { kind: 'map', values: typeOf(fieldsOf(spec['values'], `${at}: values`), at) };
    case 'object':
      return { kind: 'object', properties: propertiesOf(spec, at) };
    case 'any':
      return { kind: 'any' };
    default:
      throw new ModelNotServable(`${at}: ${JSON.stringify(type) ?? 'no type'} is not a type of a signature`);
  }
}

function propertiesOf(spec: Fields, at: string): Property[] {
  const properties = Object.entries(fieldsOf(spec['properties'], `${at}: properties`));
  if (properties.length === 0) throw new ModelNotServable(`${at}: an object without properties`);
  return properties
    .map(([name, property]) => {
      const fields = fieldsOf(property, `${at}.${name}`);
      return { name, type: typeOf(fields, `${at}.${name}`), required: requiredOf(fields) };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function paramOf(item: unknown): Param {
  const spec = fieldsOf(item, 'params');
  const name = nameOf(spec, 'params');
  if (name === undefined || !('default' in spec)) throw new ModelNotServable('A param has no name or no default');
  // Files of older versions of MLflow say `dtype`.
  const type = typeOf({ ...spec, type: spec['type'] ?? spec['dtype'] }, name);
  if (type.kind !== 'object' && (type.kind !== 'scalar' || isBinary(type.scalar))) {
    throw new ModelNotServable(`${name}: not a type of a param`);
  }
  return { name, type, default: spec['default'], isList: Array.isArray(spec['shape']) };
}

function isBinary(scalar: ScalarType): boolean {
  return scalar === 'binary';
}

function requiredOf({ required }: Fields): boolean {
  return required !== false;
}

function nameOf({ name }: Fields, at: string): string | undefined {
  if (name === undefined || name === null) return undefined;
  if (typeof name === 'string' && name !== '') return name;
  throw new ModelNotServable(`The signature's ${at} have a name that is no text`);
}

function listIn(fields: Fields, name: string): readonly unknown[] | undefined {
  const text = fields[name];
  if (text === undefined || text === null) return undefined;
  const list: unknown = typeof text === 'string' ? json(text, name) : text;
  if (!Array.isArray(list)) throw new ModelNotServable(`The signature's ${name} are no list`);
  return list;
}

function json(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelNotServable(`The signature's ${name} are not JSON: ${String(error)}`, { cause: error });
  }
}

export function fieldsOf(value: unknown, at: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value));
  throw new ModelNotServable(`${at} is no map`);
}

function mixed(at: string, what: string): ModelNotServable {
  return new ModelNotServable(`The signature's ${at} mix ${what}`);
}
