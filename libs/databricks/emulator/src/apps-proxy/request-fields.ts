import type { IncomingMessage } from 'node:http';
import { ProxyRefusal } from './forwarded-identity';

const bodyLimit = 10_000;

/** What a form or a program sent, and which of the two it was: one wants a page as its answer, the other JSON. */
export interface SentFields {
  readonly json: boolean;
  readonly values: ReadonlyMap<string, unknown>;
  text(name: string): string | undefined;
}

/** Throws a refusal when the body is too long or no JSON. */
export async function readFields(request: IncomingMessage): Promise<SentFields> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new ProxyRefusal(413, `The body may have ${bodyLimit} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  const json = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
  const values = json ? parseJson(body) : new Map<string, unknown>(new URLSearchParams(body));
  return {
    json,
    values,
    text: (name) => {
      const value = values.get(name);
      return value === undefined || value === null ? undefined : String(value);
    },
  };
}

function parseJson(body: string): Map<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Map(Object.entries(value));
  } catch {
    // Answered below like every other body that is no object.
  }
  throw new ProxyRefusal(400, 'The body must be a JSON object');
}

/** Only a path of this origin: `//host` and `/\host` would lead elsewhere. */
export function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}
