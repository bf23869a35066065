/** Text as a DuckDB string literal. A statement ends at NUL for DuckDB, so that character is put together. */
export function literal(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(' || chr(0) || ')})`;
}

/** A name as a quoted DuckDB identifier. Names with NUL are refused where they are read. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name as the platform's messages write it. */
export function backticked(...parts: readonly string[]): string {
  return parts.map((part) => `\`${part.replaceAll('`', '``')}\``).join('.');
}

/** A relation of a statement, in the schema that every connection has for itself; in front it keeps WITH from hiding it. */
export function relationName(relation: string): string {
  return `${RELATION_SCHEMA}.${identifier(relation)}`;
}

export const RELATION_SCHEMA = 'temp.main';
