import { identifier } from './duckdb-text';
import { readFrom } from './from-clause';
import type { Grammar } from './grammar';
import { readSelectList } from './select-list';
import { columnNames, readValues } from './values';
import type { WantedRows } from './wanted-rows';
import { orderItems, windowSpecification } from './window';

/** A query with its WITH clause, set operations, order and limit, in DuckDB's SQL. */
export function readQuery(grammar: Grammar): string {
  const { reader, scope } = grammar;
  return reader.nested(() =>
    scope.withQueries((names) => {
      const withClause = reader.accept('WITH') ? readWith(grammar, names) : '';
      const selected = readSetOperations(grammar);
      return `${withClause}${selected.sql}${readTail(grammar, selected)}`;
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

/** A query and, where it only passes on columns of a single table, what it wants of that. */
interface Selected {
  readonly sql: string;
  readonly wanted?: WantedRows | undefined;
  /** Its rows are those of a table, none left out. */
  readonly isWhole?: boolean;
}

function readSetOperations(grammar: Grammar): Selected {
  const { reader } = grammar;
  const first = readTerm(grammar);
  const parts = [first.sql];
  for (;;) {
    const operation = setOperation(grammar);
    if (operation === undefined) return parts.length === 1 ? first : { sql: parts.join(' ') };
    let quantity = '';
    if (reader.accept('ALL')) quantity = ' ALL';
    else reader.accept('DISTINCT');
    if (reader.accept('BY', 'NAME')) quantity += ' BY NAME';
    parts.push(`${operation}${quantity}`, readTerm(grammar).sql);
  }
}

function setOperation(grammar: Grammar): string | undefined {
  const { reader } = grammar;
  if (reader.accept('UNION')) return 'UNION';
  if (reader.accept('INTERSECT')) return 'INTERSECT';
  return reader.accept('EXCEPT') || reader.accept('MINUS') ? 'EXCEPT' : undefined;
}

function readTerm(grammar: Grammar): Selected {
  const { reader } = grammar;
  if (reader.isSymbol('(')) return { sql: `(${reader.inParentheses(() => grammar.query())})` };
  if (reader.isKeyword('VALUES')) return { sql: `SELECT * FROM ${readValues(grammar)}` };
  if (reader.accept('TABLE')) return { sql: `SELECT * FROM ${readFrom(grammar)}` };
  if (reader.accept('FROM')) {
    const from = readFrom(grammar);
    return reader.isKeyword('SELECT') ? { sql: readSelect(grammar, from).sql } : { sql: `SELECT * FROM ${from}` };
  }
  return readSelect(grammar, undefined);
}

function readSelect(grammar: Grammar, fromBefore: string | undefined): Selected {
  const { reader, scope } = grammar;
  reader.expect('SELECT');
  const distinct = reader.accept('DISTINCT') ? 'DISTINCT ' : '';
  if (distinct === '') reader.accept('ALL');
  const list = readSelectList(grammar);
  const own = fromBefore === undefined && reader.accept('FROM') ? scope.inFrom(() => readFrom(grammar)) : undefined;
  const from = fromBefore ?? own?.sql;
  const parts = [`SELECT ${distinct}${list.sql}`];
  if (from !== undefined) parts.push(`FROM ${from}`);
  const where = reader.accept('WHERE') ? grammar.expression() : undefined;
  if (where !== undefined) parts.push(`WHERE ${where.sql}`);
  const only = own === undefined ? undefined : scope.narrow(own.from, where?.filters ?? []);
  const passesOn = distinct === '' && list.isPlain && (where === undefined || where.isCovered === true);
  const before = parts.length;
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
  if (!passesOn || parts.length > before) return { sql: parts.join(' ') };
  return { sql: parts.join(' '), wanted: only, isWhole: only !== undefined && where === undefined };
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

function readTail(grammar: Grammar, { wanted, isWhole = false }: Selected): string {
  const { reader } = grammar;
  const parts: string[] = [];
  if (reader.accept('ORDER', 'BY') || reader.accept('SORT', 'BY')) {
    parts.push(`ORDER BY ${reader.accept('ALL') ? 'ALL' : orderItems(grammar)}`);
  }
  const isOrdered = parts.length > 0;
  const limit = reader.accept('LIMIT') && !reader.accept('ALL') ? grammar.expression().sql : undefined;
  const offset = reader.accept('OFFSET') ? grammar.expression().sql : '0';
  if (limit !== undefined) {
    const takesFirstRows = isWhole && reader.isOutermost && !isOrdered && offset === '0' && /^\d{1,15}$/.test(limit);
    parts.push(`LIMIT ${takesFirstRows ? unplannedLimit(limit) : limit}`);
  }
  if (offset !== '0') parts.push(`OFFSET ${offset}`);
  const most = Number(limit ?? 'none') + Number(offset);
  if (!isOrdered && Number.isSafeInteger(most)) wanted?.limitTo(most);
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

/**
 * The same number as one that DuckDB does not know while it plans. A number that it knows makes it look up the places of the
 * rows first and then the rows at those places (late materialization), which is twice the work when the first rows are wanted.
 * Not for a query inside of another: one that is correlated must have a number.
 */
function unplannedLimit(limit: string): string {
  return `CAST(${limit} + 0 * random() AS BIGINT)`;
}
