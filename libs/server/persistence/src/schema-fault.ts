/** SQLSTATE codes (https://www.postgresql.org/docs/17/errcodes-appendix.html) of a schema, a table or a column that is not there. */
const MISSING: ReadonlySet<unknown> = new Set(['3F000', '42P01', '42703']);
/** Of text that Postgres keeps in no column: U+0000, or what is no Unicode. */
const UNSTORABLE: ReadonlySet<unknown> = new Set(['22021', '22P05']);

/**
 * Whether a statement met a schema that is not the one this release has made: its statements name only what the migrations create, so
 * somebody has taken a migration back, or tables away, under the running app.
 */
export function missesSchema(error: unknown): boolean {
  return MISSING.has(codeOf(error));
}

/** Whether a statement was given text that Postgres does not take. */
export function holdsUnstorableText(error: unknown): boolean {
  return UNSTORABLE.has(codeOf(error));
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
}
