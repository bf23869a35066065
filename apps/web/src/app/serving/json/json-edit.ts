import { memberOf, nodeAt, type JsonNode, type JsonPath } from './json-document';

const STEP = '  ';

/**
 * The text with another value at a path, everything around it untouched. What is missing on the way is made: objects for
 * names, arrays for indices. `value` is JSON itself.
 */
export function withValue(text: string, root: JsonNode, path: JsonPath, value: string): string {
  const present = nodeAt(root, path);
  if (present !== undefined)
    return splice(text, present.start, present.end, reindent(value, indentAt(text, present.start)));
  const above = path.slice(0, -1);
  const name = path.at(-1) ?? '';
  const parent = nodeAt(root, above);
  if (parent?.kind === 'object') return inserted(text, parent, parent.members.at(-1)?.value.end, value, name);
  if (parent?.kind === 'array') return inserted(text, parent, parent.items.at(-1)?.end, value);
  const made = /^\d+$/.test(name) ? `[${value}]` : `{ ${JSON.stringify(name)}: ${value} }`;
  return withValue(text, root, above, made);
}

/** The text without the value at a path, and without what is left of it: its name and one comma. */
export function withoutValue(text: string, root: JsonNode, path: JsonPath): string {
  const parent = nodeAt(root, path.slice(0, -1));
  const name = path.at(-1) ?? '';
  const parts =
    parent?.kind === 'object'
      ? parent.members.map(({ keyStart, value }) => ({ start: keyStart, end: value.end }))
      : parent?.kind === 'array'
        ? parent.items.map(({ start, end }) => ({ start, end }))
        : [];
  const index =
    parent?.kind === 'object'
      ? parent.members.findLastIndex(({ key }) => key === name)
      : /^\d+$/.test(name)
        ? Number(name)
        : -1;
  const part = parts[index];
  if (parent === undefined || part === undefined) return text;
  const before = parts[index - 1];
  const after = parts[index + 1];
  if (after !== undefined) return splice(text, part.start, after.start, '');
  if (before !== undefined) return splice(text, before.end, part.end, '');
  return splice(text, parent.start + 1, parent.end - 1, '');
}

/** The text with another name for the value at a path. */
export function withName(text: string, root: JsonNode, path: JsonPath, name: string): string {
  const parent = nodeAt(root, path.slice(0, -1));
  const member = parent?.kind === 'object' ? memberOf(parent, path.at(-1) ?? '') : undefined;
  return member === undefined ? text : splice(text, member.keyStart, member.keyEnd, JSON.stringify(name));
}

function inserted(text: string, parent: JsonNode, lastEnd: number | undefined, value: string, name?: string): string {
  const isOnLines = text.slice(parent.start, parent.end).includes('\n');
  const outer = indentAt(text, parent.start);
  const inner = isOnLines ? outer + STEP : outer;
  const key = name === undefined ? '' : `${JSON.stringify(name)}: `;
  const written = key + reindent(value, inner);
  if (lastEnd !== undefined)
    return splice(text, lastEnd, lastEnd, isOnLines ? `,\n${inner}${written}` : `, ${written}`);
  const [open, close] = [parent.start + 1, parent.end - 1];
  if (isOnLines) return splice(text, open, close, `\n${inner}${written}\n${outer}`);
  return splice(text, open, close, parent.kind === 'object' ? ` ${written} ` : written);
}

function splice(text: string, from: number, to: number, inside: string): string {
  return text.slice(0, from) + inside + text.slice(to);
}

function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

/** Line breaks stand between values only: inside a text of JSON there are none. */
function reindent(value: string, indent: string): string {
  return value.replaceAll('\n', `\n${indent}`);
}
