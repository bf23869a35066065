import type { Grammar } from './grammar';
import type { WrittenName } from './statement';

/** A name and where it stands. */
export function readName({ reader }: Grammar): WrittenName {
  const parts = reader.name();
  const [first] = parts;
  return { parts: parts.map((part) => part.value), place: first === undefined ? '' : reader.placeOf(first) };
}
