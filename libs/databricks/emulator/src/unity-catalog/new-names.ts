import { InvalidSecurable } from './metastore-errors';
import { isSecurableName, splitFullName, type SecurableType } from './securables';

/** The full name of something new, in lower case. Throws InvalidSecurable when a part of it cannot be a name. */
export function newFullName(type: SecurableType, parts: readonly string[]): string {
  const bad = parts.find((part) => !isSecurableName(type, part));
  if (bad !== undefined) throw new InvalidSecurable(badName(type, bad));
  // The platform stores names in lower case.
  return parts.join('.').toLowerCase();
}

/** The parts of a full name for something new, with the same refusal. */
export function newNameParts(type: SecurableType, fullName: string): readonly string[] {
  const parts = splitFullName(type, fullName);
  if (parts === undefined) throw new InvalidSecurable(badName(type, fullName));
  newFullName(type, parts);
  return parts;
}

function badName(type: SecurableType, name: string): string {
  return `'${name.slice(0, 200)}' is no name for a ${type.toLowerCase()}: use letters, digits, _ and -`;
}
