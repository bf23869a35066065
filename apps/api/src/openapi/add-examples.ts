import { operationsOf, resolve, type MediaType, type OpenApi, type Schema } from './document';

/** Gives every body an example, put together from the examples of its properties. */
export function addExamples(document: OpenApi): void {
  for (const { operation } of operationsOf(document)) {
    const bodies = [operation.requestBody, ...Object.values(operation.responses)];
    for (const body of bodies) {
      for (const [type, media] of Object.entries(body?.content ?? {})) {
        if (type.includes('json') && !hasExample(media)) media.example = exampleOf(document, media.schema ?? {}, 0);
      }
    }
  }
}

function hasExample(media: MediaType): boolean {
  return media.example !== undefined || Object.keys(media.examples ?? {}).length > 0;
}

const DEEPEST = 8;

function exampleOf(document: OpenApi, given: Schema, depth: number): unknown {
  const schema = resolve(document, given);
  if (schema.example !== undefined) return schema.example;
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives?.[0] !== undefined) return exampleOf(document, alternatives[0], depth);
  if (depth > DEEPEST) return null;
  if (schema.allOf !== undefined) {
    const parts = schema.allOf.map((part) => exampleOf(document, part, depth));
    return parts.every((part) => typeof part === 'object' && part !== null && !Array.isArray(part))
      ? Object.assign({}, ...parts)
      : parts[0];
  }
  if (schema.properties !== undefined) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, one]) => [name, exampleOf(document, one, depth + 1)]),
    );
  }
  return byType(document, schema, depth);
}

function byType(document: OpenApi, schema: Schema, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  switch (type) {
    case 'array':
      return schema.items === undefined ? [] : [exampleOf(document, schema.items, depth + 1)];
    case 'object':
      return {};
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return schema.format === 'date-time' ? '2026-11-21T08:30:00.000Z' : 'text';
    default:
      return null;
  }
}
