/** Nobody's data is nested deeper; what is, was made to exhaust the stack of whoever walks over it. */
export const DEEPEST_NESTING = 100;

/** Whether there are more levels of objects and lists than that. Walks without recursion, so that no depth is too deep for it. */
export function isTooDeep(value: unknown, deepest = DEEPEST_NESTING): boolean {
  let level: object[] = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
