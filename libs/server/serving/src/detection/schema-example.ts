import type { Json, JsonSchema } from './json-schema';

/** An example with more values than that shows nobody anything. */
const MOST_VALUES = 10_000;
const DEEPEST = 30;
const MOST_SHOWN_TEXT = 'text';

/** A value that fits a schema, with every property there is; undefined when it would be too large to look at. */
export function exampleOf(schema: JsonSchema): Json | undefined {
  const maker = new ExampleMaker();
  const example = maker.make(schema, 0);
  return maker.isTooLarge ? undefined : example;
}

class ExampleMaker {
  private values = 0;

  get isTooLarge(): boolean {
    return this.values > MOST_VALUES;
  }

  make(schema: JsonSchema, depth: number): Json {
    this.values++;
    if (this.isTooLarge || depth > DEEPEST) return null;
    if (schema.examples?.[0] !== undefined) return schema.examples[0];
    if (schema.default !== undefined) return schema.default;
    if (schema.enum?.[0] !== undefined) return schema.enum[0];
    if (schema.anyOf?.[0] !== undefined) return this.make(schema.anyOf[0], depth);
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
    switch (type) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return this.list(schema, depth);
      case 'boolean':
        return true;
      case 'integer':
        return within(schema, 1);
      case 'number':
        return within(schema, 1.5);
      case 'string':
        return textOf(schema);
      default:
        return schema.properties === undefined ? 'text' : this.object(schema, depth);
    }
  }

  private object({ properties = {}, additionalProperties }: JsonSchema, depth: number): Json {
    const known = Object.entries(properties).map(([name, one]) => [name, this.make(one, depth + 1)] as const);
    const isMap = known.length === 0 && typeof additionalProperties === 'object';
    return Object.fromEntries(isMap ? [['key', this.make(additionalProperties, depth + 1)]] : known);
  }

  private list({ items = {}, minItems = 1 }: JsonSchema, depth: number): Json {
    const list: Json[] = [];
    while (list.length < Math.max(minItems, 1) && !this.isTooLarge) list.push(this.make(items, depth + 1));
    return list;
  }
}

function within({ minimum = -Infinity, maximum = Infinity }: JsonSchema, wanted: number): number {
  return Math.min(Math.max(wanted, minimum), maximum);
}

function textOf({ format, contentEncoding, minLength = 0, maxLength = Infinity }: JsonSchema): string {
  // Without a zone: MLflow refuses moments that have one.
  if (format === 'date-time') return '2026-01-31T12:00:00';
  if (format === 'date') return '2026-01-31';
  if (contentEncoding === 'base64' || format === 'byte') return 'AAEC';
  return MOST_SHOWN_TEXT.padEnd(Math.min(minLength, MOST_VALUES), 'x').slice(0, maxLength);
}
