/** So many characters fit into every width there is: shorter names are never cut. */
const SHORT = 16;
const TAIL = 8;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A long name in two parts: where there is no room the first one is cut, so that the end with its extension stays. */
export interface NameParts {
  readonly head: string;
  readonly tail: string;
}

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function nameParts(name: string): NameParts {
  // Two parts stand from left to right; a name that runs the other way would be torn apart.
  if (name.length <= SHORT || RIGHT_TO_LEFT.test(name)) return { head: name, tail: '' };
  const segments = [...characters.segment(name)].map(({ segment }) => segment);
  if (segments.length <= SHORT) return { head: name, tail: '' };
  return { head: segments.slice(0, -TAIL).join(''), tail: segments.slice(-TAIL).join('') };
}
