import { parse } from 'yaml';

/** A type of a column or a parameter, as MLflow writes it. */
export type ColumnType =
  | { readonly kind: 'scalar'; readonly type: string }
  | { readonly kind: 'array'; readonly items: ColumnType }
  | {
      readonly kind: 'object';
      readonly properties: readonly (readonly [name: string, type: ColumnType, required: boolean])[];
    }
  | { readonly kind: 'map'; readonly values: ColumnType }
  | { readonly kind: 'any' };

export interface SignatureColumn {
  /** Undefined for the columns of a table without names. */
  readonly name: string | undefined;
  readonly type: ColumnType;
  readonly required: boolean;
}

export interface SignatureTensor {
  readonly name: string | undefined;
  /** As numpy calls it, e.g. `float32`. */
  readonly dtype: string;
  /** Lengths of its axes; -1 for any. */
  readonly shape: readonly number[];
}

export interface SignatureParameter {
  readonly name: string;
  readonly type: ColumnType;
  readonly defaultValue: unknown;
  /** Whether it is a list. */
  readonly isList: boolean;
}

/** What a model takes: a table by its columns, or tensors; and parameters. */
export interface ModelSignature {
  readonly columns: readonly SignatureColumn[];
  readonly tensors: readonly SignatureTensor[];
  readonly parameters: readonly SignatureParameter[];
}

/** The file says something that is no signature. */
export class UnreadableSignature extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableSignature';
  }
}

const MOST_COLUMNS = 10_000;
const DEEPEST = 20;

type Fields = Readonly<Record<string, unknown>>;

/** The signature of an `MLmodel` file (YAML), whose parts are texts of JSON. Undefined when the model was logged without. Throws UnreadableSignature. */
export function signatureOfMlModel(yaml: string): ModelSignature | undefined {
  let file: unknown;
  try {
    file = parse(yaml, { maxAliasCount: 10 });
  } catch {
    throw new UnreadableSignature('The MLmodel file is not valid YAML');
  }
  if (!isFields(file)) throw new UnreadableSignature('The MLmodel file is not a map');
  return signatureOf(file['signature']);
}

/** The same from the tag `mlflow.log-model.history` of a run: a list of models in JSON, the newest last. */
export function signatureOfHistory(json: string): ModelSignature | undefined {
  const models = jsonOf(json, 'The history of models');
  const newest: unknown = Array.isArray(models) ? models.at(-1) : undefined;
  return isFields(newest) ? signatureOf(newest['signature']) : undefined;
}

function signatureOf(signature: unknown): ModelSignature | undefined {
  if (!isFields(signature)) return undefined;
  const inputs = listOf(signature['inputs'], 'inputs');
  const tensors = inputs.filter(({ type }) => type === 'tensor');
  const columns = inputs.filter(({ type }) => type !== 'tensor');
  if (tensors.length > 0 && columns.length > 0)
    throw new UnreadableSignature('The signature mixes columns and tensors');
  return {
    columns: columns.map((one) => ({ name: nameOf(one), type: typeOf(one, 0), required: one['required'] !== false })),
    tensors: tensors.map(tensorOf),
    parameters: listOf(signature['params'], 'params').map((one) => ({
      name: nameOf(one) ?? '',
      type: typeOf(one, 0),
      defaultValue: one['default'],
      isList: Array.isArray(one['shape']),
    })),
  };
}

function listOf(json: unknown, what: string): Fields[] {
  if (json === undefined || json === null) return [];
  const list = typeof json === 'string' ? jsonOf(json, `The ${what} of the signature`) : json;
  if (!Array.isArray(list) || !list.every(isFields) || list.length > MOST_COLUMNS) {
    throw new UnreadableSignature(`The ${what} of the signature are not a list of fields`);
  }
  return list;
}

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableSignature(`${what} is not valid JSON`);
  }
}

function tensorOf(field: Fields): SignatureTensor {
  const spec = field['tensor-spec'];
  if (!isFields(spec) || typeof spec['dtype'] !== 'string' || !Array.isArray(spec['shape'])) {
    throw new UnreadableSignature('A tensor of the signature has no type or no shape');
  }
  const shape = spec['shape'] as unknown[];
  if (shape.length > DEEPEST || !shape.every((length) => Number.isInteger(length) && Number(length) >= -1)) {
    throw new UnreadableSignature('A tensor of the signature has a shape that is none');
  }
  return { name: nameOf(field), dtype: spec['dtype'], shape: shape.map(Number) };
}

function typeOf(field: Fields, depth: number): ColumnType {
  if (depth > DEEPEST) throw new UnreadableSignature('A type of the signature is nested too deep');
  const { type } = field;
  if (type === 'array') return { kind: 'array', items: typeOf(below(field['items']), depth + 1) };
  if (type === 'map') return { kind: 'map', values: typeOf(below(field['values']), depth + 1) };
  if (type === 'any') return { kind: 'any' };
  if (type === 'object') {
    const properties = Object.entries(below(field['properties'])).map(
      ([name, one]) => [name, typeOf(below(one), depth + 1), below(one)['required'] !== false] as const,
    );
    return { kind: 'object', properties };
  }
  if (typeof type !== 'string') throw new UnreadableSignature('A field of the signature has no type');
  return { kind: 'scalar', type };
}

function below(value: unknown): Fields {
  if (!isFields(value)) throw new UnreadableSignature('A nested type of the signature is missing');
  return value;
}

function nameOf(field: Fields): string | undefined {
  const { name } = field;
  return typeof name === 'string' ? name : typeof name === 'number' ? String(name) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
