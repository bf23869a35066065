/** A column of a list that may be left out. */
export interface ListColumn<K extends string> {
  /** As the address names it. */
  readonly key: K;
  /** As the page does. */
  readonly name: string;
}

/** Which columns are shown, in their own order, from the address; what cannot be understood there leaves all. */
export function shownColumns<K extends string>(
  text: string | undefined,
  columns: readonly ListColumn<K>[],
): ReadonlySet<K> {
  const asked = new Set<string>((text ?? '').split(','));
  const shown = columns.map(({ key }) => key).filter((key) => asked.has(key));
  return new Set(shown.length === 0 ? columns.map(({ key }) => key) : shown);
}

/** Into the address, from the names that were chosen; all of them need no word there. */
export function columnsText<K extends string>(
  names: readonly string[] | undefined,
  columns: readonly ListColumn<K>[],
): string | null {
  if (names === undefined) return null;
  return columns
    .filter(({ name }) => names.includes(name))
    .map(({ key }) => key)
    .join(',');
}

/** For the picker of columns, which knows all of them by undefined. */
export function shownNames<K extends string>(
  shown: ReadonlySet<K>,
  columns: readonly ListColumn<K>[],
): readonly string[] | undefined {
  if (shown.size === columns.length) return undefined;
  return columns.filter(({ key }) => shown.has(key)).map(({ name }) => name);
}
