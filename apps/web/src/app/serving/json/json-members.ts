import { type JsonNode, memberOf } from './json-document';

/** What an object has under a name; undefined where there is no such thing. */
export function at(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'object' ? memberOf(node, name)?.value : undefined;
}

export function textAt(node: JsonNode | undefined, name: string): string | undefined {
  const value = at(node, name);
  return value?.kind === 'string' ? value.value : undefined;
}

export function numberAt(node: JsonNode | undefined, name: string): number | undefined {
  const value = at(node, name);
  return value?.kind === 'number' ? Number(value.text) : undefined;
}

export function isTrueAt(node: JsonNode | undefined, name: string): boolean {
  const value = at(node, name);
  return value?.kind === 'boolean' && value.value;
}
