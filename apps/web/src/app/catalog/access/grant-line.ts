/** What SQL calls the kinds of objects on which something is granted. */
export type SecurableWord = 'CATALOG' | 'SCHEMA' | 'TABLE' | 'VOLUME';

/** Names that need no backticks, by Databricks SQL's rule for identifiers. */
const PLAIN = /^[a-z_][a-z0-9_]*$/;

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** The statement that gives a privilege, ready to be run: names that are no plain words stand in backticks. */
export function grantLine(privilege: string, type: SecurableWord, names: readonly string[], principal: string): string {
  const place = names.map((name) => (PLAIN.test(name) ? name : quoted(name))).join('.');
  return `GRANT ${privilege} ON ${type} ${place} TO ${quoted(principal)};`;
}
