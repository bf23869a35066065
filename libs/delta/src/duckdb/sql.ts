/** Text as a SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A file name as a literal DuckDB opens exactly. File functions expand `*`, `?` and `[…]`, so `a[1].parquet` would
 * silently read `a1.parquet`; a one-character class is the only escape they know.
 */
export function fileLiteral(path: string): string {
  return literal(path.replace(/[[*?]/g, (character) => `[${character}]`));
}

export function directoryLiteral(path: string): string {
  return literal(path.endsWith('/') ? path : `${path}/`);
}
