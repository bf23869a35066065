import { type JsonNode, memberOf } from '../json/json-document';
import { isNullable, itemSchema, type JsonSchema, schemaOf, typesOf, valueSchema } from './json-schema';

/** How a value is asked for. `json` takes whatever no other field can show, so that nothing is lost by the form. */
export type FieldKind =
  'text' | 'number' | 'boolean' | 'choice' | 'object' | 'map' | 'list' | 'rows' | 'split' | 'messages' | 'json';

const SCALARS: ReadonlySet<FieldKind> = new Set(['text', 'number', 'boolean', 'choice']);

export function isScalar(kind: FieldKind): boolean {
  return SCALARS.has(kind);
}

/** By the schema, as far as what stands there agrees with it. */
export function fieldKind(schema: JsonSchema, node: JsonNode | undefined): FieldKind {
  const kind = kindBySchema(schema, node);
  if (node === undefined || (node.kind === 'null' && isScalar(kind))) return kind;
  return agrees(kind, node) ? kind : 'json';
}

function kindBySchema(schema: JsonSchema, node: JsonNode | undefined): FieldKind {
  const value = valueSchema(schema, node);
  if (value.enum !== undefined && value.enum.every((one) => typeof one !== 'object' || one === null)) return 'choice';
  const types = typesOf(value).filter((type) => type !== 'null');
  if (types.length > 1) return 'json';
  switch (types[0]) {
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return listKind(value);
    case 'object':
      return objectKind(value, node);
    default:
      return value.properties === undefined ? 'json' : objectKind(value, node);
  }
}

function objectKind(schema: JsonSchema, node: JsonNode | undefined): FieldKind {
  const { properties } = schema;
  if (properties !== undefined) {
    const isSplit = properties['columns'] !== undefined && properties['data'] !== undefined;
    return isSplit && node?.kind === 'object' && splitColumns(node) !== undefined ? 'split' : 'object';
  }
  return schema.additionalProperties === undefined || schema.additionalProperties === false ? 'json' : 'map';
}

/** The names of the columns of a `dataframe_split`, as they stand in the request. */
export function splitColumns(node: JsonNode & { kind: 'object' }): readonly string[] | undefined {
  const columns = memberOf(node, 'columns')?.value;
  if (columns?.kind !== 'array') return undefined;
  const names = columns.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  return names.length === columns.items.length ? names : undefined;
}

function listKind(schema: JsonSchema): FieldKind {
  const item = valueSchema(schemaOf(schema.items));
  if (item.properties?.['role'] !== undefined && item.properties['content'] !== undefined) return 'messages';
  if (item.properties !== undefined || typesOf(item).includes('object')) return 'rows';
  const kind = kindBySchema(itemSchema(schema, 0), undefined);
  // Numbers are a vector and lists of lists a tensor: both are pasted whole rather than typed one by one.
  if (kind === 'number' || kind === 'json' || kind === 'list' || kind === 'rows') return 'json';
  return 'list';
}

function agrees(kind: FieldKind, node: JsonNode): boolean {
  switch (kind) {
    case 'text':
      return node.kind === 'string';
    case 'number':
      return node.kind === 'number' || node.kind === 'string';
    case 'boolean':
      return node.kind === 'boolean';
    case 'choice':
      return node.kind !== 'object' && node.kind !== 'array';
    case 'object':
    case 'map':
    case 'split':
      return node.kind === 'object';
    case 'list':
    case 'rows':
    case 'messages':
      return node.kind === 'array';
    case 'json':
      return true;
  }
}

/** Whether a value can be null by its schema, or is although it may not: either way that has to be shown. */
export function showsNull(schema: JsonSchema, node: JsonNode | undefined): boolean {
  return isNullable(schema) || node?.kind === 'null';
}
