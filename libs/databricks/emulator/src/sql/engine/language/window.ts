import { identifier } from './duckdb-text';
import type { Grammar } from './grammar';

/** `a DESC NULLS LAST, b`; where nulls go without being told is set in DuckDB as Spark has it. */
export function orderItems(grammar: Grammar): string {
  const { reader } = grammar;
  return reader
    .list(() => {
      let item = grammar.expression().sql;
      if (reader.accept('DESC')) item += ' DESC';
      else if (reader.accept('ASC')) item += ' ASC';
      if (reader.accept('NULLS', 'FIRST')) item += ' NULLS FIRST';
      else if (reader.accept('NULLS', 'LAST')) item += ' NULLS LAST';
      return item;
    })
    .join(', ');
}

/** `OVER (...)` or `OVER name`. */
export function readWindow(grammar: Grammar): string {
  const { reader } = grammar;
  reader.expect('OVER');
  if (!reader.isSymbol('(')) return `OVER ${identifier(reader.identifier().value)}`;
  return `OVER (${reader.inParentheses(() => windowSpecification(grammar))})`;
}

export function windowSpecification(grammar: Grammar): string {
  const { reader } = grammar;
  const parts: string[] = [];
  if (reader.accept('PARTITION', 'BY') || reader.accept('DISTRIBUTE', 'BY')) {
    const items = reader.list(() => grammar.expression().sql);
    parts.push(`PARTITION BY ${items.join(', ')}`);
  }
  if (reader.accept('ORDER', 'BY') || reader.accept('SORT', 'BY')) parts.push(`ORDER BY ${orderItems(grammar)}`);
  for (const unit of ['ROWS', 'RANGE']) {
    if (!reader.accept(unit)) continue;
    if (!reader.accept('BETWEEN')) {
      parts.push(`${unit} ${frameBound(grammar)}`);
      continue;
    }
    const from = frameBound(grammar);
    reader.expect('AND');
    parts.push(`${unit} BETWEEN ${from} AND ${frameBound(grammar)}`);
  }
  return parts.join(' ');
}

function frameBound(grammar: Grammar): string {
  const { reader } = grammar;
  for (const words of [
    ['UNBOUNDED', 'PRECEDING'],
    ['UNBOUNDED', 'FOLLOWING'],
    ['CURRENT', 'ROW'],
  ]) {
    if (reader.accept(...words)) return words.join(' ');
  }
  const count = grammar.expression().sql;
  if (reader.accept('PRECEDING')) return `${count} PRECEDING`;
  reader.expect('FOLLOWING');
  return `${count} FOLLOWING`;
}
