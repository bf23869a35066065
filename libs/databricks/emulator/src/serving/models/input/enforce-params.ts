import { SchemaEnforcementError } from '../schema-enforcement-error';
import type { Param, ScalarType } from '../signature';
import { CastFailure } from './cast-cell';
import { parseDatetime } from './datetime-text';
import { enforceNested } from './nested-cell';
import { quoted, textOf, typeName } from './python-text';
import { paramText } from './signature-text';

/** Which values a type takes beside its own. */
const WIDENED: Readonly<Partial<Record<ScalarType, readonly string[]>>> = {
  integer: ['int'],
  long: ['int'],
  float: ['int', 'float'],
  double: ['int', 'float'],
  boolean: ['bool'],
  string: ['str'],
};

/**
 * The values of all params of a signature: what was sent, defaults for the rest. What the signature does not name is ignored,
 * as MLflow does, and so is everything when it names none. Throws `SchemaEnforcementError`.
 */
export function enforceParams(sent: unknown, params: readonly Param[]): ReadonlyMap<string, unknown> {
  if (params.length === 0) return new Map();
  const values = sent ?? {};
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw new SchemaEnforcementError(`Parameters must be a dictionary. Got type '${typeName(values)}'.`);
  }
  const given = new Map<string, unknown>(Object.entries(values));
  const refusals: string[] = [];
  const enforced = new Map<string, unknown>();
  for (const param of params) {
    try {
      enforced.set(param.name, given.has(param.name) ? valueOf(given.get(param.name), param) : param.default);
    } catch (error) {
      if (!(error instanceof CastFailure)) throw error;
      refusals.push(`(${quoted(param.name)}, ${quoted(error.message)})`);
    }
  }
  if (refusals.length > 0) throw new SchemaEnforcementError(`Invalid parameters found: {${refusals.join(', ')}}`);
  return enforced;
}

function valueOf(value: unknown, param: Param): unknown {
  if (param.isList && (!Array.isArray(value) || value.some(Array.isArray))) {
    const dimensions = Array.isArray(value) ? 2 : 0;
    throw new CastFailure(
      'MlflowException',
      `Value must be a 1D array with shape (-1,) for param ${paramText(param)}, received ${typeName(value)} with ndim ${dimensions}`,
    );
  }
  try {
    if (param.type.kind === 'object') {
      enforceNested(value, param.type);
      return value;
    }
    const { scalar } = param.type;
    return Array.isArray(value) && param.isList ? value.map((one) => scalarOf(one, scalar)) : scalarOf(value, scalar);
  } catch (error) {
    if (!(error instanceof CastFailure)) throw error;
    throw new CastFailure(
      'MlflowException',
      `Failed to validate type and shape for ${paramText(param)}, error: ${error.message}`,
    );
  }
}

function scalarOf(value: unknown, type: ScalarType): unknown {
  if (value === null) return null;
  if (type === 'datetime') return datetimeOf(value);
  if (typeof value === 'object') {
    throw refused(`Value must be a scalar for type \`DataType.${type}\`, got \`${textOf(value)}\``);
  }
  if (WIDENED[type]?.includes(typeName(value)) === true) {
    return type === 'float' || type === 'double' ? Number(value) : value;
  }
  throw refused(
    `Can not safely convert \`<class '${typeName(value)}'>\` to \`DataType.${type}\` for value \`${textOf(value)}\``,
  );
}

function datetimeOf(value: unknown): Date {
  const { time } = typeof value === 'string' ? parseDatetime(value) : { time: undefined };
  if (time !== undefined) return new Date(time);
  throw refused(
    `Failed to convert value \`${textOf(value)}\` from type \`<class '${typeName(value)}'>\` to \`DataType.datetime\``,
  );
}

function refused(message: string): CastFailure {
  return new CastFailure('MlflowException', message);
}
