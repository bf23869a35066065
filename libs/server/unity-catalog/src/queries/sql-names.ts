import { InvalidQuery } from './query.errors';

/** Longest name of an object or a column, in characters; https://docs.databricks.com/sql/language-manual/sql-ref-names */
export const LONGEST_NAME = 255;
/** Neither control characters nor halves of surrogate pairs, which no text can hold. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
/** Unity Catalog refuses these in the names of catalogs, schemas and tables. */
const SEPARATORS = /[./]/;

/**
 * A name as an identifier of SQL: in backticks, with those inside of it doubled, so that it is one name whatever it holds. What no object
 * can be called is refused before.
 */
export function quoted(name: string): string {
  if (name === '' || name.length > LONGEST_NAME || FORBIDDEN.test(name)) {
    throw new InvalidQuery('A name must have 1 to 255 characters, none of them a control character.');
  }
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A table by its three names. */
export function quotedTable({ catalog, schema, table }: { catalog: string; schema: string; table: string }): string {
  return [catalog, schema, table]
    .map((name) => {
      if (SEPARATORS.test(name)) throw new InvalidQuery(`A name must not hold a dot or a slash: ${name}`);
      return quoted(name);
    })
    .join('.');
}
