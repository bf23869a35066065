import type { InputSchema, Json, JsonSchema } from './json-schema';

type Fields = Readonly<Record<string, unknown>>;

const DEEPEST = 20;
/** Parts of a schema that are looked at; a document that needs more is not read further. */
const MOST_PARTS = 20_000;
const FORMS = ['dataframe_records', 'inputs', 'instances', 'dataframe_split'];

/**
 * What the OpenAPI document of an endpoint says of its requests: the JSON body of the path of `servedEntity`, or of the first path that
 * invokes something. Undefined when it says nothing. Only those keywords are taken over that say what a value looks like; references are
 * put in their place, and patterns are left out, which run for as long as their author wants.
 */
export function schemaOfOpenApi(text: string, servedEntity: string | undefined): InputSchema | undefined {
  const document = fieldsOf(parsed(text));
  const paths = Object.entries(fieldsOf(document['paths'])).filter(([path]) => path.includes('invocations'));
  const own = paths.find(([path]) => servedEntity !== undefined && path.includes(`/${servedEntity}/`)) ?? paths[0];
  if (own === undefined) return undefined;
  const post = fieldsOf(fieldsOf(own[1])['post']);
  const content = fieldsOf(fieldsOf(post['requestBody'])['content']);
  const media = fieldsOf(content['application/json']);
  const given = media['schema'];
  if (!isFields(given)) return undefined;
  const reader = new SchemaReader(document);
  const schema = preferredForm(reader.read(given, 0));
  const example = media['example'];
  return { schema, ...namesOf(schema), ...(isFields(example) ? { example: example as Json } : {}) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A model takes its rows in several forms; the one that people read best is shown. */
function preferredForm(schema: JsonSchema): JsonSchema {
  const forms = schema.anyOf ?? [];
  for (const name of FORMS) {
    const found = forms.find(({ properties }) => properties?.[name] !== undefined);
    if (found !== undefined) return { ...found, required: [...new Set([...(found.required ?? []), name])] };
  }
  return schema;
}

/** Of rows, the columns; of anything else, what stands at the top. */
function namesOf({ properties = {}, required = [] }: JsonSchema): Pick<InputSchema, 'required' | 'optional'> {
  const rows = properties['dataframe_records']?.items;
  const params = Object.keys(properties['params']?.properties ?? {}).map((name) => `params.${name}`);
  const names = Object.keys(rows?.properties ?? properties).filter((name) => rows !== undefined || name !== 'params');
  const needed = new Set(rows?.properties === undefined ? required : (rows.required ?? []));
  return {
    required: names.filter((name) => needed.has(name)),
    optional: [...names.filter((name) => !needed.has(name)), ...params],
  };
}

class SchemaReader {
  private parts = 0;

  constructor(private readonly document: Fields) {}

  read(given: unknown, depth: number): JsonSchema {
    if (!isFields(given) || depth > DEEPEST || ++this.parts > MOST_PARTS) return {};
    const { $ref: reference } = given;
    if (typeof reference === 'string') return this.read(this.referred(reference), depth + 1);
    const alternatives = given['anyOf'] ?? given['oneOf'];
    const { items, properties, additionalProperties, required } = given;
    return {
      ...plainKeywords(given),
      ...(isFields(items) ? { items: this.read(items, depth + 1) } : {}),
      ...(isFields(properties) ? { properties: this.each(properties, depth) } : {}),
      ...(isFields(additionalProperties) ? { additionalProperties: this.read(additionalProperties, depth + 1) } : {}),
      ...(Array.isArray(required) ? { required: required.filter((name) => typeof name === 'string') } : {}),
      ...(Array.isArray(alternatives) && alternatives.length > 0
        ? { anyOf: alternatives.map((one) => this.read(one, depth + 1)) }
        : {}),
    };
  }

  private each(properties: Fields, depth: number): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, this.read(one, depth + 1)]));
  }

  /** Within the document only. */
  private referred(reference: string): unknown {
    if (!reference.startsWith('#/')) return undefined;
    return reference
      .slice(2)
      .split('/')
      .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'))
      .reduce<unknown>(
        (found, step) => (isFields(found) && Object.hasOwn(found, step) ? found[step] : undefined),
        this.document,
      );
  }
}

const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const NUMBERS = ['minimum', 'maximum', 'minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties'] as const;

function plainKeywords(given: Fields): JsonSchema {
  const { type, nullable, format, description, title, contentEncoding } = given;
  const types = (Array.isArray(type) ? type : [type]).filter((one): one is string => TYPES.has(one as string));
  if (nullable === true && types.length > 0) types.push('null');
  const [only] = types;
  const schema: JsonSchema = {
    ...(only === undefined ? {} : { type: types.length === 1 ? only : types }),
    ...(typeof format === 'string' ? { format } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(contentEncoding === 'base64' ? { contentEncoding } : {}),
    ...(Array.isArray(given['enum']) && given['enum'].length > 0 ? { enum: given['enum'] as Json[] } : {}),
    ...(given['default'] === undefined ? {} : { default: given['default'] as Json }),
    ...(given['example'] === undefined ? {} : { examples: [given['example'] as Json] }),
  };
  for (const name of NUMBERS) {
    const value = given[name];
    if (typeof value === 'number' && Number.isFinite(value)) schema[name] = value;
  }
  return schema;
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
