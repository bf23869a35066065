import { Readable } from 'node:stream';
import { invalidParameter, malformedRequest } from './refusals';

/** The fields of a JSON body. One that is null is one that is not there, as everywhere on the platform. */
export class JsonFields {
  private readonly fields: ReadonlyMap<string, unknown>;

  /** Refuses a body that is no JSON object: a list, a form, a body of another type that nobody has read. */
  constructor(body: unknown) {
    const isMap =
      typeof body === 'object' &&
      body !== null &&
      !Array.isArray(body) &&
      !(body instanceof Readable) &&
      !(body instanceof URLSearchParams);
    if (!isMap) throw malformedRequest('Invalid JSON given in the body of the request - expected a map');
    this.fields = new Map(Object.entries(body));
  }

  value(name: string): unknown {
    return this.fields.get(name) ?? undefined;
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw malformedRequest(`Could not parse request object: expected a string for field '${name}'`);
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw invalidParameter(`Missing required field: ${name}`);
    return value;
  }

  /** False when it is not there. Clients send `"true"`, too. */
  flag(name: string): boolean {
    const value = this.value(name);
    if (value === undefined || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    throw malformedRequest(`Could not parse request object: expected a boolean for field '${name}'`);
  }
}

/** A field that must be a list. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidParameter(`${name} must be a list`);
}
