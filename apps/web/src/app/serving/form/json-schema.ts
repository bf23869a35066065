import { type JsonNode } from '../json/json-document';

/** The part of JSON Schema by which requests of models are described; whatever else a schema says, the server checks. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly (JsonSchema | boolean)[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const ANYTHING: JsonSchema = {};

/** A schema that came as JSON. What is none says nothing, so that a form of it still takes any JSON. */
export function schemaOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : ANYTHING;
}

export function typesOf(schema: JsonSchema): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

export function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

function isNullOnly(schema: JsonSchema): boolean {
  return schema.const === null || typesOf(schema).join() === 'null';
}

export function isNullable(schema: JsonSchema): boolean {
  return typesOf(schema).includes('null') || alternativesOf(schema).some(isNullOnly);
}

/** Numbers that JSON cannot write stand as text: an alternative that allows nothing else is no second form of the value. */
function isSpecialNumbers(schema: JsonSchema): boolean {
  const texts = schema.enum ?? (typeof schema.const === 'string' ? [schema.const] : []);
  return texts.length > 0 && texts.every((text) => text === 'NaN' || text === 'Infinity' || text === '-Infinity');
}

/** The forms a value may have, without those that only say that it may be null, or NaN. */
export function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  return alternativesOf(schema).filter((form) => !isNullOnly(form) && !isSpecialNumbers(form));
}

/** The schema of the value itself: of several forms that in which it stands there, else the first. */
export function valueSchema(schema: JsonSchema, node?: JsonNode): JsonSchema {
  const forms = formsOf(schema);
  const form = forms.find((one) => node !== undefined && isOfForm(one, node)) ?? forms[0];
  if (form === undefined) return schema;
  const { anyOf: _any, oneOf: _one, ...around } = schema;
  return { ...around, ...form };
}

function isOfForm(form: JsonSchema, { kind }: JsonNode): boolean {
  return typesOf(form).some((type) => type === kind || (type === 'integer' && kind === 'number'));
}

export function propertySchema(schema: JsonSchema, name: string): JsonSchema {
  const own = schema.properties?.[name];
  return schemaOf(own ?? schema.additionalProperties);
}

/** The schema of the item at a place of a list. */
export function itemSchema(schema: JsonSchema, index: number): JsonSchema {
  return schemaOf(schema.prefixItems?.[index] ?? schema.items);
}

const INT32 = 2 ** 31 - 1;

/** What a type is called in front of people: `number`, `int64`, `list of text`. */
export function typeName(schema: JsonSchema, node?: JsonNode): string {
  const value = valueSchema(schema, node);
  if (value.enum !== undefined) return $localize`choice`;
  const [type] = typesOf(value).filter((name) => name !== 'null');
  switch (type) {
    case 'array': {
      const inner = typeName(schemaOf(value.items));
      return inner === '' ? $localize`list` : $localize`list of ${inner}:type:`;
    }
    case 'integer':
      if (value.maximum === INT32) return 'int32';
      return value.maximum !== undefined && value.maximum > Number.MAX_SAFE_INTEGER ? 'int64' : type;
    case 'string':
      return value.format ?? (value.contentEncoding === undefined ? $localize`text` : value.contentEncoding);
    case 'object':
      return value.properties === undefined && value.additionalProperties !== undefined ? $localize`map` : type;
    default:
      return type ?? $localize`any JSON`;
  }
}

/** A first value for something that is added: its default, else the emptiest that its type allows. */
export function startValue(schema: JsonSchema): string {
  const value = valueSchema(schema);
  if (value.default !== undefined) return JSON.stringify(value.default);
  if (value.const !== undefined) return JSON.stringify(value.const);
  if (value.enum?.[0] !== undefined) return JSON.stringify(value.enum[0]);
  switch (typesOf(value).find((name) => name !== 'null')) {
    case 'object': {
      const members = (value.required ?? []).map(
        (name) => `${JSON.stringify(name)}: ${startValue(propertySchema(value, name))}`,
      );
      return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
    }
    case 'array':
      return '[]';
    case 'string':
      return '""';
    case 'boolean':
      return 'false';
    case 'integer':
    case 'number':
      return String(Math.max(0, value.minimum ?? 0));
    default:
      return 'null';
  }
}
