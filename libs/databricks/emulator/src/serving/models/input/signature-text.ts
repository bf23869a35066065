import type { Column, ColumnType, ModelSchema, ObjectType, Param, ScalarType, Tensor } from '../signature';
import { quoted, textOf, tupleText } from './python-text';

/** A schema as MLflow's messages show it: `['age': double (required)]`. */
export function schemaText(schema: ModelSchema): string {
  const items = schema.kind === 'columns' ? schema.columns.map(columnText) : schema.tensors.map(tensorText);
  return `[${items.join(', ')}]`;
}

function columnText({ name, type, required }: Column): string {
  return `${name === undefined ? '' : `${quoted(name)}: `}${typeText(type)} (${required ? 'required' : 'optional'})`;
}

function tensorText({ name, dtype, shape }: Tensor): string {
  return `${name === undefined ? '' : `${quoted(name)}: `}Tensor(${quoted(dtype)}, ${tupleText(shape)})`;
}

export function typeText(type: ColumnType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'array':
      return `Array(${typeText(type.items)})`;
    case 'map':
      return `Map(str -> ${type.values.kind === 'scalar' ? `DataType.${type.values.scalar}` : typeText(type.values)})`;
    case 'object':
      return objectText(type);
    case 'any':
      return 'Any';
  }
}

export function objectText({ properties }: ObjectType): string {
  const texts = properties.map(
    ({ name, type, required }) => `${name}: ${typeText(type)} (${required ? 'required' : 'optional'})`,
  );
  return `{${texts.join(', ')}}`;
}

export function paramText({ name, type, default: usual, isList }: Param): string {
  return `${quoted(name)}: ${typeText(type)} (default: ${defaultText(type, usual)})${isList ? ' (shape: (-1,))' : ''}`;
}

const NUMPY_NAMES: Readonly<Record<ScalarType, string>> = {
  boolean: 'bool',
  integer: 'int32',
  long: 'int64',
  float: 'float32',
  double: 'float64',
  string: '<U0',
  binary: '|S0',
  datetime: 'datetime64[ns]',
};

/** The numpy type behind a type of MLflow, as messages name it. */
export function numpyName(scalar: ScalarType): string {
  return NUMPY_NAMES[scalar];
}

/** The pandas type: texts and bytes are objects. */
export function pandasName(type: ColumnType): string {
  if (type.kind !== 'scalar') return typeText(type);
  return type.scalar === 'string' || type.scalar === 'binary' ? "<class 'object'>" : numpyName(type.scalar);
}

/** MLflow makes a float of the default of a double, and shows it as one. */
function defaultText(type: ColumnType, usual: unknown): string {
  const isFloat = type.kind === 'scalar' && (type.scalar === 'double' || type.scalar === 'float');
  return isFloat && Number.isInteger(usual) ? `${textOf(usual)}.0` : textOf(usual);
}
