import type { Disposition, ResultFormat } from '@lakescope/databricks-wire';
import { invalidParameter } from '../../http/refusals';
import type { SqlParameter } from '../engine/sql-request';

const MEBIBYTE = 1024 ** 2;

/** Longest statement in bytes. Source: API page of `statementexecution/executeStatement`, as all rules here. */
const LONGEST_STATEMENT = 16 * MEBIBYTE;

/** How long the caller waits for the result before he has to poll, in milliseconds. */
const USUAL_WAIT = 10_000;

/** A statement as a client asked for it, checked. */
export interface StatementRequest {
  readonly warehouseId: string;
  readonly text: string;
  readonly catalog?: string;
  readonly schema?: string;
  readonly parameters: readonly SqlParameter[];
  readonly rowLimit?: number;
  readonly byteLimit?: number;
  readonly disposition: Disposition;
  readonly format: ResultFormat;
  readonly waitMilliseconds: number;
  readonly cancelAfterWait: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the body of `POST /api/2.0/sql/statements`; throws the platform's refusal. Unknown fields are ignored. */
export function parseStatementRequest(body: unknown): StatementRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidParameter('The request body must be a JSON object');
  }
  const fields: Fields = Object.fromEntries(Object.entries(body));
  const text = requiredText(fields, 'statement');
  if (Buffer.byteLength(text) > LONGEST_STATEMENT) {
    throw invalidParameter('The statement field must not be larger than 16 MiB.');
  }
  const disposition = oneOf(fields, 'disposition', ['INLINE', 'EXTERNAL_LINKS'] as const);
  const format = oneOf(fields, 'format', ['JSON_ARRAY', 'ARROW_STREAM', 'CSV'] as const);
  const catalog = optionalText(fields, 'catalog');
  const schema = optionalText(fields, 'schema');
  const rowLimit = limit(fields, 'row_limit');
  const byteLimit = limit(fields, 'byte_limit');
  return {
    warehouseId: requiredText(fields, 'warehouse_id'),
    text,
    ...(catalog !== undefined && { catalog }),
    ...(schema !== undefined && { schema }),
    parameters: parameters(fields['parameters']),
    ...(rowLimit !== undefined && { rowLimit }),
    ...(byteLimit !== undefined && { byteLimit }),
    disposition,
    format,
    waitMilliseconds: wait(fields['wait_timeout']),
    cancelAfterWait: oneOf(fields, 'on_wait_timeout', ['CONTINUE', 'CANCEL'] as const) === 'CANCEL',
  };
}

function requiredText(fields: Fields, name: string): string {
  const text = optionalText(fields, name);
  if (text === undefined || text.trim() === '') throw invalidParameter(`Missing required field: ${name}`);
  return text;
}

function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalidParameter(`The ${name} field must be a string.`);
  return value;
}

/** The first is what counts when nothing is said. */
function oneOf<Value extends string>(fields: Fields, name: string, values: readonly [Value, ...Value[]]): Value {
  const value = optionalText(fields, name);
  if (value === undefined) return values[0];
  const known = values.find((other) => other === value);
  if (known === undefined) throw invalidParameter(`The ${name} field must be one of ${values.join(', ')}.`);
  return known;
}

/** Absent means none. 64-bit integers may come as text. */
function limit(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
    throw invalidParameter(`The ${name} field must be a positive integer.`);
  }
  return number;
}

function wait(value: unknown): number {
  if (value === undefined || value === null || value === '') return USUAL_WAIT;
  const seconds = typeof value === 'string' ? Number(/^(\d{1,3}(?:\.\d{1,9})?)s$/.exec(value)?.[1]) : Number.NaN;
  if (seconds === 0 || (seconds >= 5 && seconds <= 50)) return seconds * 1000;
  throw invalidParameter(
    'The wait_timeout field must be 0 seconds (disables wait), or between 5 seconds and 50 seconds.',
  );
}

function parameters(value: unknown): SqlParameter[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidParameter('The parameters field must be a list.');
  return (value as unknown[]).map((entry, at) => parameter(entry, at));
}

function parameter(entry: unknown, at: number): SqlParameter {
  if (typeof entry !== 'object' || entry === null) throw invalidParameter(`parameters[${at}] must be an object.`);
  const fields: Fields = Object.fromEntries(Object.entries(entry));
  const { value } = fields;
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw invalidParameter(`The value of parameters[${at}] must be a string.`);
  }
  return {
    name: requiredText(fields, 'name'),
    // An empty text is a value of its own, no NULL.
    value: value ?? null,
    type: optionalText(fields, 'type') ?? 'STRING',
  };
}
