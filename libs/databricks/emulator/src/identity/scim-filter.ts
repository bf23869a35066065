import { ScimRefusal } from '../http/refusals';

type Attributes = Record<string, unknown>;
export type ScimFilter = (resource: object) => boolean;

/** Longer ones the platform refuses too; a short limit keeps reading them linear. */
const LONGEST = 20_000;
const COMPARISON = /^([\w.]+)\s+(eq|ne|co|sw)\s+("(?:[^"\\]|\\.)*"|true|false|\d+)\s*/i;
const PRESENCE = /^([\w.]+)\s+pr\b\s*/i;
const CONJUNCTION = /^(and|or)\s+/i;

/**
 * Reads a SCIM filter (RFC 7644, 3.4.2.2) as far as the platform does: comparisons `eq`, `ne`, `co`, `sw` and `pr`, joined
 * by `and` and `or`, of which `and` binds closer. Texts are compared without case. Throws a refusal for anything else.
 */
export function parseFilter(text: string | undefined): ScimFilter {
  if (text === undefined) return () => true;
  if (text.length > LONGEST) throw invalidFilter();
  const alternatives: ScimFilter[][] = [[]];
  let rest = text.trim();
  for (;;) {
    const { test, length } = parseTerm(rest);
    alternatives.at(-1)?.push(test);
    rest = rest.slice(length);
    if (rest === '') break;
    const conjunction = CONJUNCTION.exec(rest);
    if (conjunction === null) throw invalidFilter();
    if (conjunction[1]?.toLowerCase() === 'or') alternatives.push([]);
    rest = rest.slice(conjunction[0].length);
  }
  return (resource) => alternatives.some((tests) => tests.every((test) => test(resource)));
}

/** The texts of an attribute; names are compared without case, as SCIM does. */
export function valuesOf(resource: object, attribute: string): string[] {
  const [first = '', second = 'value'] = attribute.toLowerCase().split('.');
  const value = Object.entries(resource as Attributes).find(([name]) => name.toLowerCase() === first)?.[1];
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) => {
    if (typeof part === 'object' && part !== null) {
      const inner = Object.entries(part as Attributes).find(([name]) => name.toLowerCase() === second)?.[1];
      return inner === undefined ? [] : [String(inner)];
    }
    return part === undefined ? [] : [String(part)];
  });
}

function parseTerm(text: string): { test: ScimFilter; length: number } {
  const presence = PRESENCE.exec(text);
  if (presence !== null) {
    const [{ length }, attribute = ''] = presence;
    return { test: (resource) => valuesOf(resource, attribute).length > 0, length };
  }
  const comparison = COMPARISON.exec(text);
  if (comparison === null) throw invalidFilter();
  const [{ length }, attribute = '', operator = '', operand = ''] = comparison;
  const expected = unquote(operand).toLowerCase();
  const matches = matcherOf(operator.toLowerCase(), expected);
  return {
    test: (resource) => matches(valuesOf(resource, attribute).map((value) => value.toLowerCase())),
    length,
  };
}

function matcherOf(operator: string, expected: string): (values: readonly string[]) => boolean {
  switch (operator) {
    case 'eq':
      return (values) => values.includes(expected);
    case 'ne':
      return (values) => !values.includes(expected);
    case 'co':
      return (values) => values.some((value) => value.includes(expected));
    default:
      return (values) => values.some((value) => value.startsWith(expected));
  }
}

/** Texts are written as in JSON. */
function unquote(operand: string): string {
  if (!operand.startsWith('"')) return operand;
  try {
    return String(JSON.parse(operand));
  } catch {
    throw invalidFilter();
  }
}

function invalidFilter(): ScimRefusal {
  return new ScimRefusal(
    400,
    'The filter must be made of: attribute eq|ne|co|sw "value", attribute pr, and, or',
    'invalidFilter',
  );
}
