import { getMetadataStorage } from 'class-validator';
import { operationsOf, type OpenApi, type Schema } from './document';

/**
 * What the generator gets wrong: `@IsInt` becomes `number`, a property with a default becomes required, and 3.0 habits (`nullable`,
 * `example` is still fine) stay behind in schemas that decorators wrote.
 */
export function sharpenSchemas(document: OpenApi): void {
  const integers = integerProperties();
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    for (const [property, one] of Object.entries(schema.properties ?? {})) {
      if (integers.has(`${name}.${property}`)) toInteger(one);
    }
    walk(schema, sharpen);
  }
  const integerNames = new Set([...integers].map((name) => name.slice(name.indexOf('.') + 1)));
  for (const { operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.schema === undefined) continue;
      if (parameter.in === 'query' && integerNames.has(parameter.name)) toInteger(parameter.schema);
      if (parameter.schema.default !== undefined) parameter.required = false;
      walk(parameter.schema, sharpen);
    }
  }
}

/** `Class.property` for everything class-validator holds to be an integer. */
function integerProperties(): Set<string> {
  // The storage hands out metadata per class only by its class, and all of it just by this map.
  const storage = getMetadataStorage() as unknown as {
    validationMetadatas: Map<unknown, { target: { name: string } | string; propertyName: string; name?: string }[]>;
  };
  const found = new Set<string>();
  for (const list of storage.validationMetadatas.values()) {
    for (const { target, propertyName, name } of list) {
      if (name === 'isInt') found.add(`${typeof target === 'string' ? target : target.name}.${propertyName}`);
    }
  }
  return found;
}

function toInteger(schema: Schema): void {
  if (schema.type === 'number') schema.type = 'integer';
  if (Array.isArray(schema.type)) schema.type = schema.type.map((type) => (type === 'number' ? 'integer' : type));
}

function sharpen(schema: Schema): void {
  if (schema.required !== undefined) {
    schema.required = schema.required.filter((property) => schema.properties?.[property]?.default === undefined);
    if (schema.required.length === 0) delete schema.required;
  }
  if (schema['nullable'] === true) {
    delete schema['nullable'];
    if (typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  }
  // An enum that may be null has to name null too.
  if (
    schema.enum !== undefined &&
    Array.isArray(schema.type) &&
    schema.type.includes('null') &&
    !schema.enum.includes(null)
  ) {
    schema.enum = [...schema.enum, null];
  }
}

function walk(schema: Schema, visit: (schema: Schema) => void): void {
  visit(schema);
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.allOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.items === undefined ? [] : [schema.items]),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
  ];
  for (const one of below) walk(one, visit);
}
