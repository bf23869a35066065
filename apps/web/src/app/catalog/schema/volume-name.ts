/** Unity Catalog's rule for names of objects, by the characters it refuses. */
const REFUSED = /[\p{Cc}./ ]/u;

const LONGEST = 255;

/** Whether a volume can have this name. Spaces at the ends are nobody's intent and do not count. */
export function isVolumeName(text: string): boolean {
  const name = text.trim();
  return name !== '' && name.length <= LONGEST && !REFUSED.test(name);
}
