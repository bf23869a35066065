import { type JsonNode, type JsonPath, memberOf } from '../json/json-document';
import { alternativesOf, itemSchema, type JsonSchema, schemaOf, typesOf } from './json-schema';

/** What does not fit, and where. */
export interface Finding {
  readonly path: JsonPath;
  readonly message: string;
}

/** More would tell nobody more, and a table of a thousand wrong rows has as many. */
const MOST = 200;
const SPECIAL = new Set(['NaN', 'Infinity', '-Infinity']);

/**
 * What of a request does not fit its schema, found while it is typed. The server checks again when it is asked to, by the
 * whole of JSON Schema; here the rules that schemas of models use are enough.
 */
export function findingsOf(schema: JsonSchema, root: JsonNode): readonly Finding[] {
  const findings: Finding[] = [];
  examine(schema, root, [], findings);
  return findings.slice(0, MOST);
}

function examine(schema: JsonSchema, node: JsonNode, path: JsonPath, findings: Finding[]): void {
  if (findings.length >= MOST) return;
  const forms = alternativesOf(schema);
  if (forms.length > 0) findings.push(...closest(forms, node, path));
  const found = mismatch(schema, node);
  if (found !== undefined) {
    findings.push({ path, message: found });
    return;
  }
  if (node.kind === 'object') examineMembers(schema, node, path, findings);
  if (node.kind === 'array') {
    node.items.forEach((item, index) => examine(itemSchema(schema, index), item, [...path, String(index)], findings));
  }
}

/** Of several forms the one that was most likely meant: what it lacks is what there is to say. */
function closest(forms: readonly JsonSchema[], node: JsonNode, path: JsonPath): readonly Finding[] {
  let best: readonly Finding[] | undefined;
  for (const form of forms) {
    const findings: Finding[] = [];
    examine(form, node, path, findings);
    if (findings.length === 0) return [];
    if (best === undefined || depthOf(findings) > depthOf(best)) best = findings;
  }
  return best ?? [];
}

/** A form that fails only deep inside fits better than one that fails at once. */
function depthOf(findings: readonly Finding[]): number {
  return Math.min(...findings.map(({ path }) => path.length)) - findings.length / (MOST + 1);
}

function examineMembers(
  schema: JsonSchema,
  node: JsonNode & { kind: 'object' },
  path: JsonPath,
  findings: Finding[],
): void {
  for (const name of schema.required ?? []) {
    if (memberOf(node, name) === undefined) findings.push({ path, message: $localize`“${name}:name:” is missing` });
  }
  for (const { key, value } of node.members) {
    const own = schema.properties?.[key];
    const other = own ?? schema.additionalProperties;
    if (other === false) {
      findings.push({ path: [...path, key], message: $localize`“${key}:name:” is not known to this model` });
    } else if (other !== undefined) examine(schemaOf(other), value, [...path, key], findings);
  }
}

function mismatch(schema: JsonSchema, node: JsonNode): string | undefined {
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOfType(type, node))) {
    return $localize`${nameOfKind(node)}:present: stands here; needed is ${types.map(nameOfType).join($localize` or `)}:types:`;
  }
  const allowed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (allowed !== undefined && !allowed.some((value) => isEqual(value, node))) {
    return $localize`One of these is needed: ${allowed.map((value) => JSON.stringify(value)).join(', ')}:values:`;
  }
  if (node.kind === 'number') return outOfRange(schema, node.text);
  if (node.kind === 'string' && schema.minLength !== undefined && node.value.length < schema.minLength) {
    return $localize`This text is too short`;
  }
  if (node.kind !== 'array') return undefined;
  const { length } = node.items;
  if (schema.minItems !== undefined && length < schema.minItems) {
    return $localize`${length}:present: items stand here; at least ${schema.minItems}:least: are needed`;
  }
  if (schema.maxItems !== undefined && length > schema.maxItems) {
    return $localize`${length}:present: items stand here; at most ${schema.maxItems}:most: are allowed`;
  }
  return undefined;
}

function outOfRange({ type, minimum, maximum }: JsonSchema, text: string): string | undefined {
  const value = Number(text);
  // As numbers of JavaScript the ends of 64 bits are one off.
  const isLong = type === 'integer' && minimum === -(2 ** 63) && /^-?\d+$/.test(text);
  if (isLong && BigInt.asIntN(64, BigInt(text)) !== BigInt(text))
    return $localize`This is beyond an integer of 64 bits`;
  if (minimum !== undefined && value < minimum) return $localize`At least ${minimum}:least: is needed`;
  if (maximum !== undefined && value > maximum) return $localize`At most ${maximum}:most: is allowed`;
  return undefined;
}

function isOfType(type: string, node: JsonNode): boolean {
  // Whoever cannot write them as numbers writes them as text.
  if (type === 'number' && node.kind === 'string') return SPECIAL.has(node.value);
  if (type === 'integer') return node.kind === 'number' && isWhole(node.text);
  return node.kind === type;
}

function isWhole(text: string): boolean {
  return /^-?\d+$/.test(text) || Number.isInteger(Number(text));
}

function isEqual(value: unknown, node: JsonNode): boolean {
  switch (node.kind) {
    case 'string':
    case 'boolean':
      return value === node.value;
    case 'number':
      return value === Number(node.text);
    case 'null':
      return value === null;
    default:
      return false;
  }
}

function nameOfKind(node: JsonNode): string {
  if (node.kind === 'number' && !isWhole(node.text)) return $localize`a fraction`;
  return nameOfType(node.kind);
}

function nameOfType(type: string): string {
  switch (type) {
    case 'object':
      return $localize`an object`;
    case 'array':
      return $localize`a list`;
    case 'string':
      return $localize`text`;
    case 'number':
      return $localize`a number`;
    case 'integer':
      return $localize`a whole number`;
    case 'boolean':
      return $localize`true or false`;
    case 'null':
      return $localize`null`;
    default:
      return type;
  }
}
