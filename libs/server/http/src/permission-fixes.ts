/** Names that SQL takes as they are. */
const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/;

/**
 * The statement that gives a person a privilege: `GRANT USE CATALOG ON CATALOG demo TO ...`. `name` is the full name in its parts;
 * names are quoted as Databricks SQL wants them, so that none of them can say more than a name.
 */
export function grantLine(privilege: string, type: string, name: readonly string[], principal: string): string {
  const place = name.map((part) => (PLAIN_NAME.test(part) ? part : quoted(part))).join('.');
  return `GRANT ${privilege} ON ${type} ${place} TO ${quoted(principal)};`;
}

/** The line to add to the list `user_api_scopes` of the app in its bundle. */
export function scopeLine(scope: string): string {
  return `- ${scope}`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
