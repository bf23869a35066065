import { identifier } from './duckdb-text';
import { readFrom } from './from-clause';
import type { Grammar } from './grammar';
import { readSelectList } from './select-list';
import { columnNames, readValues } from './values';
import { orderItems, windowSpecification } from './window';

/** A query with its WITH clause, set operations, order and limit, in DuckDB's SQL. */
export function readQuery(grammar: Grammar): string {
  const { reader, scope } = grammar;
  return reader.nested(() =>
    scope.withQueries((names) => {
      const withClause = reader.accept('WITH') ? readWith(grammar, names) : '';
      return `${withClause}${readSetOperations(grammar)}${readTail(grammar)}`;
    }),
  );
}

function readWith(grammar: Grammar, names: Map<string, string>): string {
  const { reader, scope } = grammar;
  const isRecursive = reader.accept('RECURSIVE');
  const queries = reader.list(() => {
    const name = reader.identifier().value.toLowerCase();
    const own = scope.newQuery();
    const columns = reader.isSymbol('(') ? columnNames(grammar) : '';
    reader.accept('AS');
    // A recursive query may speak of itself, any other only of those before it.
    if (isRecursive) names.set(name, own);
    const query = reader.inParentheses(() => grammar.query());
    names.set(name, own);
    return `${identifier(own)}${columns} AS (${query})`;
  });
  return `WITH ${isRecursive ? 'RECURSIVE ' : ''}${queries.join(', ')} `;
}

function readSetOperations(grammar: Grammar): string {
  const { reader } = grammar;
  const parts = [readTerm(grammar)];
  for (;;) {
    const operation = setOperation(grammar);
    if (operation === undefined) return parts.join(' ');
    let quantity = '';
    if (reader.accept('ALL')) quantity = ' ALL';
    else reader.accept('DISTINCT');
    if (reader.accept('BY', 'NAME')) quantity += ' BY NAME';
    parts.push(`${operation}${quantity}`, readTerm(grammar));
  }
}

function setOperation(grammar: Grammar): string | undefined {
  const { reader } = grammar;
  if (reader.accept('UNION')) return 'UNION';
  if (reader.accept('INTERSECT')) return 'INTERSECT';
  return reader.accept('EXCEPT') || reader.accept('MINUS') ? 'EXCEPT' : undefined;
}

function readTerm(grammar: Grammar): string {
  const { reader } = grammar;
  if (reader.isSymbol('(')) return `(${reader.inParentheses(() => grammar.query())})`;
  if (reader.isKeyword('VALUES')) return `SELECT * FROM ${readValues(grammar)}`;
  if (reader.accept('TABLE')) return `SELECT * FROM ${readFrom(grammar)}`;
  if (reader.accept('FROM')) {
    const from = readFrom(grammar);
    return reader.isKeyword('SELECT') ? readSelect(grammar, from) : `SELECT * FROM ${from}`;
  }
  return readSelect(grammar, undefined);
}

function readSelect(grammar: Grammar, fromBefore: string | undefined): string {
  const { reader } = grammar;
  reader.expect('SELECT');
  const distinct = reader.accept('DISTINCT') ? 'DISTINCT ' : '';
  if (distinct === '') reader.accept('ALL');
  const list = readSelectList(grammar);
  const from = fromBefore ?? (reader.accept('FROM') ? readFrom(grammar) : undefined);
  const parts = [`SELECT ${distinct}${list}`];
  if (from !== undefined) parts.push(`FROM ${from}`);
  if (reader.accept('WHERE')) parts.push(`WHERE ${grammar.expression().sql}`);
  if (reader.accept('GROUP', 'BY')) parts.push(`GROUP BY ${readGroups(grammar)}`);
  if (reader.accept('HAVING')) parts.push(`HAVING ${grammar.expression().sql}`);
  if (reader.accept('QUALIFY')) parts.push(`QUALIFY ${grammar.expression().sql}`);
  if (reader.accept('WINDOW')) {
    const windows = reader.list(() => {
      const name = identifier(reader.identifier().value);
      reader.expect('AS');
      return `${name} AS (${reader.inParentheses(() => windowSpecification(grammar))})`;
    });
    // DuckDB wants WINDOW before QUALIFY.
    const qualify = parts.findIndex((part) => part.startsWith('QUALIFY '));
    parts.splice(qualify < 0 ? parts.length : qualify, 0, `WINDOW ${windows.join(', ')}`);
  }
  return parts.join(' ');
}

function readGroups(grammar: Grammar): string {
  const { reader } = grammar;
  if (reader.accept('ALL')) return 'ALL';
  const groups = reader.list(() => readGroup(grammar));
  for (const kind of ['ROLLUP', 'CUBE']) {
    if (reader.accept('WITH', kind)) return `${kind} (${groups.join(', ')})`;
  }
  return groups.join(', ');
}

function readGroup(grammar: Grammar): string {
  const { reader } = grammar;
  if (reader.accept('GROUPING', 'SETS')) {
    const sets = reader.inParentheses(() => reader.list(() => groupingSet(grammar)));
    return `GROUPING SETS (${sets.join(', ')})`;
  }
  for (const kind of ['ROLLUP', 'CUBE']) {
    if (!reader.isKeyword(kind) || !reader.isSymbol('(', 1)) continue;
    reader.next();
    const items = reader.inParentheses(() => reader.list(() => grammar.expression().sql));
    return `${kind} (${items.join(', ')})`;
  }
  return grammar.expression().sql;
}

function groupingSet(grammar: Grammar): string {
  const { reader } = grammar;
  if (!reader.isSymbol('(')) return grammar.expression().sql;
  const items = reader.inParentheses(() => (reader.isSymbol(')') ? [] : reader.list(() => grammar.expression().sql)));
  return `(${items.join(', ')})`;
}

function readTail(grammar: Grammar): string {
  const { reader } = grammar;
  const parts: string[] = [];
  if (reader.accept('ORDER', 'BY') || reader.accept('SORT', 'BY')) {
    parts.push(`ORDER BY ${reader.accept('ALL') ? 'ALL' : orderItems(grammar)}`);
  }
  if (reader.accept('LIMIT') && !reader.accept('ALL')) parts.push(`LIMIT ${grammar.expression().sql}`);
  if (reader.accept('OFFSET')) parts.push(`OFFSET ${grammar.expression().sql}`);
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}
