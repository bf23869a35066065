import { invalidParameter, ServiceRefusal } from '../http/refusals';
import { InvalidSecurable, SecurableExists, type SecurableUpdate } from './metastore';
import { isSecurableName, wordOf, type SecurableType } from './securables';

/** The fields of a JSON body; anything but an object has none. */
export function fieldsOf(body: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return new Map(isObject ? Object.entries(body) : []);
}

/** An optional text; null counts as not given. */
export function textField(fields: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = fields.get(name) ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidParameter(`${name} must be a string`);
}

export function requiredField(fields: ReadonlyMap<string, unknown>, name: string): string {
  const value = textField(fields, name);
  if (value === undefined || value === '') throw invalidParameter(`Missing required field: ${name}`);
  return value;
}

/** False when it is not given. */
export function flagField(fields: ReadonlyMap<string, unknown>, name: string): boolean {
  const value = fields.get(name) ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw invalidParameter(`${name} must be a boolean`);
}

/** A name for something new, relative to its parent. */
export function nameField(fields: ReadonlyMap<string, unknown>, type: SecurableType, field = 'name'): string {
  const name = requiredField(fields, field);
  if (!isSecurableName(type, name)) throw invalidParameter(`name "${name.slice(0, 300)}" is not a valid name`);
  return name;
}

export function propertiesField(fields: ReadonlyMap<string, unknown>): Record<string, string> | undefined {
  const value = fields.get('properties') ?? undefined;
  if (value === undefined) return undefined;
  const entries = [...fieldsOf(value)];
  if (typeof value !== 'object' || Array.isArray(value) || entries.some(([, text]) => typeof text !== 'string')) {
    throw invalidParameter('properties must be a map of strings');
  }
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
}

/** What a PATCH may change on anything: its comment and its properties. */
export function describedBy(fields: ReadonlyMap<string, unknown>): SecurableUpdate {
  const comment = textField(fields, 'comment');
  const properties = propertiesField(fields);
  return { ...(comment !== undefined && { comment }), ...(properties !== undefined && { properties }) };
}

/** Names what stands in the way as the platform does: 409 when the name is taken, 400 when it cannot be. */
export async function refusingInvalid<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SecurableExists) throw alreadyExists(error.type, error.fullName);
    if (error instanceof InvalidSecurable) throw invalidParameter(error.message);
    throw error;
  }
}

/** Of catalogs, schemas and tables the platform says 400, of what came later 409. */
const EXISTS: Readonly<Record<SecurableType, readonly [status: number, code: string]>> = {
  METASTORE: [400, 'METASTORE_ALREADY_EXISTS'],
  CATALOG: [400, 'CATALOG_ALREADY_EXISTS'],
  SCHEMA: [400, 'SCHEMA_ALREADY_EXISTS'],
  TABLE: [400, 'TABLE_ALREADY_EXISTS'],
  VOLUME: [409, 'RESOURCE_ALREADY_EXISTS'],
  FUNCTION: [409, 'RESOURCE_ALREADY_EXISTS'],
  MODEL: [409, 'RESOURCE_ALREADY_EXISTS'],
  EXTERNAL_LOCATION: [409, 'EXTERNAL_LOCATION_ALREADY_EXISTS'],
  STORAGE_CREDENTIAL: [409, 'STORAGE_CREDENTIAL_ALREADY_EXISTS'],
};

function alreadyExists(type: SecurableType, fullName: string): ServiceRefusal {
  // The platform says the name of a schema alone, and the full name of everything in a schema.
  const name = type === 'SCHEMA' ? fullName.slice(fullName.indexOf('.') + 1) : fullName;
  const [status, code] = EXISTS[type];
  return new ServiceRefusal(status, code, `${wordOf(type)} '${name.slice(0, 800)}' already exists`);
}
