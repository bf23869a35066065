import { ScimRefusal } from '../http/refusals';
import { parseFilter } from './scim-filter';

export type Attributes = Record<string, unknown>;

type Operation = 'add' | 'remove' | 'replace';

interface Target {
  readonly attribute: string;
  readonly filter: ((value: object) => boolean) | undefined;
  readonly part: string | undefined;
}

/** `members`, `name.givenName`, `members[value eq "7"]`. Extension attributes (`urn:...`) are no paths here. */
const PATH = /^(\w+)(?:\[([^\]]+)\])?(?:\.(\w+))?$/;

/**
 * Applies a PatchOp body (RFC 7644, 3.5.2) to a resource and answers the changed copy. `resource` holds every attribute
 * that can be changed, so that a path to anything else is refused by name.
 */
export function applyPatch(resource: Attributes, body: unknown): Attributes {
  const operations = isObject(body) ? valueNamed(body, 'operations') : undefined;
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ScimRefusal(400, 'Operations must be a list of at least one operation', 'invalidSyntax');
  }
  return operations.reduce<Attributes>(applyOperation, resource);
}

export function isObject(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An attribute of a body; names are compared without case. */
export function valueNamed(body: Attributes, name: string): unknown {
  return Object.entries(body).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function applyOperation(resource: Attributes, operation: unknown): Attributes {
  if (!isObject(operation)) throw new ScimRefusal(400, 'An operation must be an object', 'invalidSyntax');
  const op = parseOp(valueNamed(operation, 'op'));
  const path = valueNamed(operation, 'path');
  const value = valueNamed(operation, 'value');
  if (path === undefined || path === null || path === '') {
    if (op === 'remove') throw new ScimRefusal(400, 'Removing needs a path', 'noTarget');
    if (!isObject(value)) throw new ScimRefusal(400, 'Without a path the value must be an object', 'invalidValue');
    return Object.entries(value)
      .filter(([name]) => nameIn(resource, name) !== undefined)
      .reduce((changed, [name, part]) => change(changed, op, parsePath(changed, name), part), resource);
  }
  return change(resource, op, parsePath(resource, path), value);
}

function change(resource: Attributes, op: Operation, { attribute, filter, part }: Target, value: unknown): Attributes {
  const current = resource[attribute];
  if (Array.isArray(current)) {
    const all: readonly unknown[] = current;
    return { ...resource, [attribute]: changeList(all, op, filter, value) };
  }
  if (part !== undefined) {
    const parts = isObject(current) ? current : {};
    return { ...resource, [attribute]: { ...parts, [part]: op === 'remove' ? undefined : value } };
  }
  if (isObject(current) && isObject(value) && op !== 'remove') {
    return { ...resource, [attribute]: { ...current, ...value } };
  }
  return { ...resource, [attribute]: op === 'remove' ? undefined : value };
}

/** Members and entitlements. Adding what is there already changes nothing, as adding somebody to a group twice. */
function changeList(
  current: readonly unknown[],
  op: Operation,
  filter: Target['filter'],
  value: unknown,
): readonly unknown[] {
  const given: readonly unknown[] = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  if (op === 'add') return [...current, ...given];
  if (op === 'replace' && filter === undefined) return given;
  const chosen = (entry: unknown): boolean => {
    if (filter !== undefined) return isObject(entry) && filter(entry);
    // Removing without a filter removes the values that are named, or all.
    return given.length === 0 || given.some((other) => idOf(other) === idOf(entry));
  };
  return op === 'remove'
    ? current.filter((entry) => !chosen(entry))
    : [...current.filter((entry) => !chosen(entry)), ...given];
}

function idOf(entry: unknown): unknown {
  return isObject(entry) ? entry['value'] : entry;
}

function parseOp(op: unknown): Operation {
  const word = typeof op === 'string' ? op.toLowerCase() : '';
  if (word === 'add' || word === 'remove' || word === 'replace') return word;
  throw new ScimRefusal(400, 'op must be add, remove or replace', 'invalidSyntax');
}

function parsePath(resource: Attributes, path: unknown): Target {
  const [, name = '', filter, part] = (typeof path === 'string' && PATH.exec(path)) || [];
  const attribute = nameIn(resource, name);
  if (attribute === undefined) throw new ScimRefusal(400, 'There is nothing to change at this path', 'invalidPath');
  const parts = resource[attribute];
  const known = part === undefined || !isObject(parts) ? part : nameIn(parts, part);
  if (part !== undefined && (known === undefined || !isObject(parts))) {
    throw new ScimRefusal(400, 'There is nothing to change at this path', 'invalidPath');
  }
  return { attribute, filter: filter === undefined ? undefined : parseFilter(filter), part: known };
}

/** The resource's own spelling of an attribute. */
function nameIn(resource: Attributes, name: string): string | undefined {
  return Object.keys(resource).find((key) => key.toLowerCase() === name.toLowerCase());
}
