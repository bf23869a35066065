import type { ColumnType, ObjectType, ScalarType } from '../signature';
import { castCell, CastFailure, LossyCast } from './cast-cell';
import { reprOf, textOf, typeName } from './python-text';
import { numpyName, objectText } from './signature-text';

/**
 * A value of an array, object or map of a signature. Inside of those MLflow converts no texts and no truth values. Where it
 * tells 1 from 1.0, this workspace does not: JSON of other languages than Python cannot. Throws `CastFailure`.
 */
export function enforceNested(value: unknown, type: ColumnType, required = true): unknown {
  switch (type.kind) {
    case 'scalar':
      return scalar(value, type.scalar, required);
    case 'array':
      return array(value, type.items, required);
    case 'object':
      return object(value, type, required);
    case 'map':
      return map(value, type.values, required);
    case 'any':
      return value;
  }
}

function scalar(value: unknown, type: ScalarType, required: boolean): unknown {
  if (!required && (value === null || Number.isNaN(value))) return null;
  if (typeof value === 'object' && value !== null) throw refused(`Expected data to be scalar, got ${typeName(value)}`);
  return exactly(value, type, () => `Failed to enforce schema of data \`${textOf(value)}\` with dtype \`${type}\``);
}

function array(value: unknown, items: ColumnType, required: boolean): unknown {
  const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
  if ((!required || items.kind === 'any') && isEmpty) return value;
  if (!Array.isArray(value)) throw refused(`Expected data to be list or numpy array, got ${typeName(value)}`);
  if (items.kind !== 'scalar') return value.map((one: unknown) => enforceNested(one, items, required));
  const into = items.scalar;
  return value.map((one: unknown) =>
    exactly(
      one,
      into,
      () => `Incompatible input types for column . Can not safely convert ${numpyNameOf(one)} to ${numpyName(into)}.`,
    ),
  );
}

function object(value: unknown, type: ObjectType, required: boolean): unknown {
  const isNothing = value === null || (isMap(value) && Object.keys(value).length === 0);
  if (!required && isNothing) return value;
  const what = (): string => `Failed to enforce schema of '${textOf(value)}' with type '${objectText(type)}'. `;
  if (!isMap(value)) throw refused(`${what()}Expected data to be dictionary, got ${typeName(value)}`);
  const known = new Map(type.properties.map((property) => [property.name, property]));
  const missing = type.properties.filter(({ name, required: must }) => must && !Object.hasOwn(value, name));
  if (missing.length > 0) throw refused(`Missing required properties: ${setText(missing.map(({ name }) => name))}`);
  const unknown = Object.keys(value).filter((name) => !known.has(name));
  if (unknown.length > 0) throw refused(`Invalid properties not defined in the schema found: ${setText(unknown)}`);
  const entries = Object.entries(value).map(([name, one]) => {
    const property = known.get(name);
    return [name, property === undefined ? one : ofKey(name, one, property.type, property.required)] as const;
  });
  return Object.fromEntries(entries);
}

function ofKey(name: string, value: unknown, type: ColumnType, required: boolean): unknown {
  try {
    return enforceNested(value, type, required);
  } catch (error) {
    if (!(error instanceof CastFailure)) throw error;
    const expected = type.kind === 'scalar' ? type.scalar : type.kind;
    throw refused(
      `Failed to enforce schema for key \`${name}\`. Expected type ${expected}, received type ${typeName(value)}`,
    );
  }
}

function map(value: unknown, values: ColumnType, required: boolean): unknown {
  const isNothing = value === null || (isMap(value) && Object.keys(value).length === 0);
  if ((!required || values.kind === 'any') && isNothing) return value;
  if (!isMap(value)) throw refused(`Expected data to be a dict, got ${typeName(value)}`);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, enforceNested(one, values, required)]));
}

/** Numbers as numbers, texts as texts, truth values as truth values. */
function exactly(value: unknown, type: ScalarType, message: () => string): unknown {
  const isText = type === 'string' || type === 'binary' || type === 'datetime';
  const fits =
    value === null
      ? type !== 'integer' && type !== 'long'
      : type === 'boolean'
        ? typeof value === 'boolean'
        : isText
          ? typeof value === 'string'
          : typeof value === 'number' || typeof value === 'bigint';
  if (!fits) throw refused(message());
  if (value === null) return type === 'double' || type === 'float' ? NaN : null;
  try {
    return castCell(value, type);
  } catch (error) {
    if (error instanceof CastFailure || error instanceof LossyCast) throw refused(message());
    throw error;
  }
}

function numpyNameOf(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int64';
  if (typeof value !== 'number') return 'object';
  return Number.isInteger(value) ? 'int64' : 'float64';
}

function setText(names: readonly string[]): string {
  return `{${names.map(reprOf).join(', ')}}`;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(message: string): CastFailure {
  return new CastFailure('MlflowException', message);
}
