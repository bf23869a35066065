import { identifier } from './duckdb-text';
import type { Grammar } from './grammar';

/** Rows as a relation whose columns are called col1, col2, ... */
export function readValues(grammar: Grammar): string {
  const { reader } = grammar;
  reader.expect('VALUES');
  let width = 0;
  const rows = reader.list(() => {
    const start = reader.peek();
    const cells = reader.isSymbol('(')
      ? reader.inParentheses(() => reader.list(() => grammar.expression()))
      : [grammar.expression()];
    if (width !== 0 && cells.length !== width) throw reader.syntaxError(start);
    width = cells.length;
    return `(${cells.map((cell) => cell.sql).join(', ')})`;
  });
  const names = Array.from({ length: width }, (_, index) => identifier(`col${index + 1}`));
  return `(VALUES ${rows.join(', ')}) AS ${identifier('values')}(${names.join(', ')})`;
}

/** `(a, b)` after an alias or a query's name. */
export function columnNames(grammar: Grammar): string {
  const { reader } = grammar;
  const names = reader.inParentheses(() => reader.list(() => identifier(reader.identifier().value)));
  return `(${names.join(', ')})`;
}
