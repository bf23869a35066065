/** A column's type taken apart: what it is, and what is inside it. */
export interface TypeNode {
  readonly name: string;
  /** The type on one line: `struct`, `array<long>`, `decimal(10,2)`. */
  readonly type: string;
  readonly children: readonly TypeNode[];
}

/** Splits at a separator that stands outside of every bracket. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (character === '<' || character === '(') depth += 1;
    else if (character === '>' || character === ')') depth -= 1;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function insideOf(text: string, container: string): string | undefined {
  return text.startsWith(`${container}<`) && text.endsWith('>') ? text.slice(container.length + 1, -1) : undefined;
}

/** Reads Delta's text of a type: `struct<a: long, b: array<string>>`. What it does not know stays one opaque leaf. */
export function typeTree(name: string, type: string): TypeNode {
  const fields = insideOf(type, 'struct');
  if (fields !== undefined) {
    const children = splitOutside(fields, ',').map((field) => {
      const [label = '', ...rest] = splitOutside(field, ':');
      return typeTree(label, rest.join(':'));
    });
    return { name, type: 'struct', children };
  }
  const element = insideOf(type, 'array');
  if (element !== undefined) return { name, type, children: nested([typeTree('element', element)]) };
  const entry = insideOf(type, 'map');
  if (entry !== undefined) {
    const [key = '', value = ''] = splitOutside(entry, ',');
    return { name, type, children: nested([typeTree('key', key), typeTree('value', value)]) };
  }
  return { name, type, children: [] };
}

/** A list of plain values is said by its type already; only parts with parts of their own are worth unfolding. */
function nested(parts: readonly TypeNode[]): readonly TypeNode[] {
  return parts.some(({ children }) => children.length > 0) ? parts : [];
}
