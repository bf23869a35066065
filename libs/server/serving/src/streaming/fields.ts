/** The members of something that a model said. */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};

/** None of what is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NONE;
}
