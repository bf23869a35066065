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

  /** All of them, as they came. */
  all(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.fields);
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

  /** Refuses what is no whole number that a client of JavaScript could hold. Int64 may come as text. */
  integer(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
    throw malformedRequest(`Could not parse request object: expected an integer for field '${name}'`);
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
