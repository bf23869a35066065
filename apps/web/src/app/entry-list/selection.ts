/** What is chosen in a list, by path, and where the keyboard stands. */
export interface Selection {
  readonly chosen: ReadonlySet<string>;
  /** Where a range begins that Shift extends. */
  readonly anchor: string | undefined;
  /** The row that has the keyboard. */
  readonly current: string | undefined;
}

/** Which of the keys that change a choice were held. Ctrl is Command on a Mac. */
export interface Modifiers {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export const nothingChosen: Selection = { chosen: new Set(), anchor: undefined, current: undefined };

export function only(path: string): Selection {
  return { chosen: new Set([path]), anchor: path, current: path };
}

/** Everything from the anchor to the path, in the order of the list; the path alone when the anchor is gone. */
function range(order: readonly string[], anchor: string | undefined, path: string): readonly string[] {
  const from = anchor === undefined ? -1 : order.indexOf(anchor);
  const to = order.indexOf(path);
  if (from < 0 || to < 0) return [path];
  return order.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/**
 * A click on a row, or a move of the keyboard to it: alone it chooses the row, with Shift the range from the anchor,
 * with Ctrl and Shift that range in addition to what was chosen.
 */
export function choose(
  before: Selection,
  order: readonly string[],
  path: string,
  { shiftKey, ctrlKey, metaKey }: Modifiers,
): Selection {
  const isAdding = ctrlKey || metaKey;
  if (!shiftKey) return isAdding ? toggle(before, path) : only(path);
  const between = range(order, before.anchor, path);
  return {
    chosen: new Set(isAdding ? [...before.chosen, ...between] : between),
    anchor: before.anchor ?? path,
    current: path,
  };
}

/** Adds one row to the choice or takes it out. */
export function toggle(before: Selection, path: string): Selection {
  const chosen = new Set(before.chosen);
  if (!chosen.delete(path)) chosen.add(path);
  return { chosen, anchor: path, current: path };
}

/** The keyboard goes on, what is chosen stays: Ctrl with an arrow. */
export function stepTo(before: Selection, path: string): Selection {
  return { ...before, current: path };
}

export function chooseAll(before: Selection, order: readonly string[]): Selection {
  return { chosen: new Set(order), anchor: order[0], current: before.current ?? order[0] };
}

export function chooseNone(before: Selection): Selection {
  return { ...before, chosen: new Set() };
}

/**
 * What is left of a choice when the list has changed: nobody acts on a row that is not shown. The keyboard stays with its
 * row, or goes to the one that took its place.
 */
export function within(before: Selection, order: readonly string[], orderBefore: readonly string[]): Selection {
  const present = new Set(order);
  const chosen = new Set([...before.chosen].filter((path) => present.has(path)));
  const current = survivor(before.current, order, present, orderBefore);
  const anchor = before.anchor !== undefined && present.has(before.anchor) ? before.anchor : undefined;
  if (chosen.size === before.chosen.size && current === before.current && anchor === before.anchor) return before;
  return { chosen, anchor, current };
}

function survivor(
  current: string | undefined,
  order: readonly string[],
  present: ReadonlySet<string>,
  orderBefore: readonly string[],
): string | undefined {
  if (current === undefined || present.has(current)) return current;
  const at = orderBefore.indexOf(current);
  const later = orderBefore.slice(at + 1).find((path) => present.has(path));
  return at < 0 ? undefined : (later ?? order.at(-1));
}
