import { identifier } from './duckdb-text';
import type { Expression } from './expression';
import type { Grammar } from './grammar';

/** What is selected; every column gets the name the platform would give it. Plain: columns of the relations alone. */
export function readSelectList(grammar: Grammar): { sql: string; isPlain: boolean } {
  let isPlain = true;
  const items = grammar.reader.list(() => {
    const star = readStar(grammar);
    if (star !== undefined) return star;
    const value = grammar.expression();
    isPlain &&= value.path !== undefined;
    return named(grammar, value);
  });
  return { sql: items.join(', '), isPlain };
}

function named(grammar: Grammar, value: Expression): string {
  const alias = grammar.reader.alias();
  // A column keeps the case it is asked for in; the others need no alias, and DuckDB then knows which names it meant.
  if (alias === undefined && value.column !== undefined && value.column === value.column.toLowerCase())
    return value.sql;
  const name = alias?.value ?? value.name.replaceAll('\0', '');
  // The empty text is called by its value, which is no name to DuckDB.
  return name === '' ? value.sql : `${value.sql} AS ${identifier(name)}`;
}

/** `*`, `t.*`, `c.s.t.*`, each with EXCEPT (a, b). */
function readStar(grammar: Grammar): string | undefined {
  const { reader } = grammar;
  return reader.attempt(() => {
    const parts: string[] = [];
    while (!reader.isSymbol('*')) {
      const { kind } = reader.peek();
      if (kind !== 'word' && kind !== 'quoted') return undefined;
      parts.push(reader.identifier().value);
      if (!reader.acceptSymbol('.')) return undefined;
    }
    reader.next();
    // Only the last part of a qualifier names the relation.
    const qualifier = parts.at(-1);
    const star = qualifier === undefined ? '*' : `${identifier(qualifier)}.*`;
    const hasExcept = reader.isKeyword('EXCEPT') && reader.isSymbol('(', 1) && !isQueryAhead(grammar);
    if (!hasExcept) return star;
    reader.next();
    const left = reader.inParentheses(() => reader.list(() => identifier(reader.name().at(-1)?.value ?? '')));
    return `${star} EXCLUDE (${left.join(', ')})`;
  });
}

/** `SELECT * EXCEPT (SELECT ...)` is a set operation. */
function isQueryAhead({ reader }: Grammar): boolean {
  return ['SELECT', 'WITH', 'VALUES', 'FROM'].some((word) => reader.isKeywordAt(2, word));
}
