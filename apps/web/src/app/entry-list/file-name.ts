/** The longest name that storage takes, in bytes of UTF-8. */
export const LONGEST_NAME_BYTES = 255;

const CONTROL = /\p{Cc}/gu;
/**
 * Characters that show as nothing or turn the direction of what follows, with which a name can look like another one:
 * `annex\u202Etxt.exe`. The joiners U+200C and U+200D stay: scripts and emoji are written with them.
 */
const DECEIVING = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/gu;
const EDGE_SPACE = /^ +| +$/g;
/** Halves of characters, which no URL can carry. */
const HALF = /\p{Cs}/gu;

const codePoint = (character: string) =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** A name as it may stand on a page: what would be invisible, break the line or turn the text is shown by its own sign. */
export function visibleName(name: string): string {
  return name
    .replace(CONTROL, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code < 0x20 ? String.fromCodePoint(0x2400 + code) : code === 0x7f ? '␡' : codePoint(character);
    })
    .replace(DECEIVING, codePoint)
    .replace(HALF, codePoint)
    .replace(EDGE_SPACE, (spaces) => '␠'.repeat(spaces.length));
}

/**
 * Why something cannot be called so; undefined when it can. The rules of the server, told before anything is sent.
 */
export function nameRefusal(name: string): string | undefined {
  if (name === '') return $localize`A name is needed.`;
  if (name.includes('/')) return $localize`A name cannot contain a slash.`;
  if (name.split(/\\|%2f|%5c/i).some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) {
    return $localize`“.” and “..” are no names.`;
  }
  if (name.search(CONTROL) >= 0 || name.search(HALF) >= 0) {
    return $localize`The name contains a line break or another control character. Rename the file, then upload it again.`;
  }
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > LONGEST_NAME_BYTES) {
    return $localize`The name is ${bytes}:bytes: bytes long; ${LONGEST_NAME_BYTES}:most: are the most.`;
  }
  return undefined;
}

/** `trips.csv` as `trips (1).csv`, `trips (1).csv` as `trips (2).csv`; still no longer than a name may be. */
export function nextFreeName(name: string, isTaken: (candidate: string) => boolean): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  const base = stem.replace(/ \(\d+\)$/, '');
  for (let number = 1; ; number += 1) {
    const suffix = ` (${number})${extension}`;
    const candidate = cutToBytes(base, LONGEST_NAME_BYTES - new TextEncoder().encode(suffix).length) + suffix;
    if (!isTaken(candidate)) return candidate;
  }
}

function cutToBytes(text: string, most: number): string {
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > most) return cut;
    cut += character;
  }
  return cut;
}
