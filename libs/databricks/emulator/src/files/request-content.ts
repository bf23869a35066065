import type { FastifyRequest } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { queryText } from '../http/query';
import { invalidParameter, malformedRequest } from '../http/refusals';

/** A list of ten thousand parts is the largest body there is. */
const MOST_JSON_BYTES = 2 * 1024 ** 2;

/** The JSON body of a request whose content nobody has read yet, whatever type it is said to have; none is an empty one. */
export async function jsonFields(request: FastifyRequest): Promise<JsonFields> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>) {
    size += chunk.length;
    if (size > MOST_JSON_BYTES) throw malformedRequest('Request body is too large', 413);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return new JsonFields(text.trim() === '' ? {} : parsed(text));
}

/** A whole number within limits. */
export function integerOf(fields: JsonFields, name: string, limits: { smallest: number; largest: number }): number {
  const value = fields.value(name);
  if (value === undefined) throw invalidParameter(`Missing required field: ${name}`);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < limits.smallest || value > limits.largest) {
    throw invalidParameter(`${name} must be an integer from ${limits.smallest} to ${limits.largest}`);
  }
  return value;
}

/** `overwrite` of an upload. Not given, it is true, as current official clients document it. */
export function overwriteOf(request: FastifyRequest): boolean {
  const text = queryText(request.query, 'overwrite') ?? 'true';
  if (text !== 'true' && text !== 'false') throw invalidParameter('overwrite must be true or false');
  return text === 'true';
}

function parsed(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    throw malformedRequest('Could not parse request object: it is not JSON');
  }
}
