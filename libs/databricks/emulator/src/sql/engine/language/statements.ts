import type { StructField } from '@lakescope/delta';
import { SqlFailure } from '../sql-failure';
import { readDelete, readMerge, readUpdate } from './changes';
import { readCopyInto } from './copy-into';
import type { Grammar } from './grammar';
import { readType } from './spark-types';
import type { Statement } from './statement';
import { readName } from './written-name';

/** A whole statement, from its first word to its end. */
export function readStatement(grammar: Grammar): Statement {
  const { reader } = grammar;
  if (reader.peek().kind === 'end') {
    throw new SqlFailure('PARSE_EMPTY_STATEMENT', 'Syntax error, unexpected empty statement.', '42617');
  }
  const statement = read(grammar);
  reader.end();
  return statement;
}

function read(grammar: Grammar): Statement {
  const { reader } = grammar;
  if (reader.isSymbol('(') || reader.isKeyword('SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE')) {
    return { kind: 'query', sql: grammar.query() };
  }
  if (reader.accept('SHOW')) return readShow(grammar);
  if (reader.accept('DESCRIBE') || reader.accept('DESC')) return readDescribe(grammar);
  if (reader.accept('CREATE')) return readCreate(grammar);
  if (reader.accept('INSERT')) return readInsert(grammar);
  if (reader.accept('DELETE')) return readDelete(grammar);
  if (reader.accept('UPDATE')) return readUpdate(grammar);
  if (reader.accept('MERGE')) return readMerge(grammar);
  if (reader.accept('COPY')) return readCopyInto(grammar);
  if (reader.accept('DROP')) {
    reader.expect('TABLE');
    const ifExists = reader.accept('IF', 'EXISTS');
    return { kind: 'drop-table', table: readName(grammar), ifExists };
  }
  throw reader.syntaxError();
}

function readShow(grammar: Grammar): Statement {
  const { reader } = grammar;
  const pattern = (): string | undefined => {
    if (reader.accept('LIKE')) return reader.string();
    return reader.peek().kind === 'string' ? reader.string() : undefined;
  };
  if (reader.accept('CATALOGS')) return { kind: 'show-catalogs', like: pattern() };
  if (reader.accept('SCHEMAS') || reader.accept('DATABASES')) {
    const catalog = reader.accept('IN') || reader.accept('FROM') ? reader.identifier().value : undefined;
    return { kind: 'show-schemas', catalog, like: pattern() };
  }
  if (reader.accept('TABLES')) {
    const schema = reader.accept('IN') || reader.accept('FROM') ? readName(grammar) : undefined;
    return { kind: 'show-tables', schema, like: pattern() };
  }
  if (reader.accept('COLUMNS')) {
    if (!reader.accept('IN')) reader.expect('FROM');
    const table = readName(grammar);
    const isIn = reader.accept('IN') || reader.accept('FROM');
    const schema = isIn ? readName(grammar).parts : [];
    return { kind: 'show-columns', table: { ...table, parts: [...schema, ...table.parts.slice(isIn ? -1 : 0)] } };
  }
  throw reader.syntaxError();
}

function readDescribe(grammar: Grammar): Statement {
  const { reader } = grammar;
  if (reader.isKeyword('QUERY', 'SELECT', 'WITH', 'VALUES', 'FROM')) {
    reader.accept('QUERY');
    return { kind: 'describe-query', sql: grammar.query() };
  }
  const isName = (ahead: number): boolean => ['word', 'quoted'].includes(reader.peek(ahead).kind);
  if (reader.isKeyword('DETAIL') && isName(1)) {
    reader.next();
    return { kind: 'describe-detail', table: readName(grammar) };
  }
  if (reader.isKeyword('HISTORY') && isName(1)) {
    reader.next();
    const table = readName(grammar);
    return { kind: 'describe-history', table, limit: reader.accept('LIMIT') ? count(grammar) : undefined };
  }
  if (reader.isKeyword('TABLE') && isName(1)) reader.next();
  const isExtended = (reader.isKeyword('EXTENDED') || reader.isKeyword('FORMATTED')) && isName(1);
  if (isExtended) reader.next();
  return { kind: 'describe', table: readName(grammar), isExtended };
}

function count({ reader }: Grammar): number {
  const token = reader.next();
  const value = Number(token.value);
  if (token.kind !== 'number' || !Number.isSafeInteger(value)) throw reader.syntaxError(token);
  return value;
}

function readCreate(grammar: Grammar): Statement {
  const { reader } = grammar;
  reader.expect('TABLE');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const table = readName(grammar);
  const columns = reader.isSymbol('(') ? reader.inParentheses(() => reader.list(() => columnDefinition(grammar))) : [];
  let partitionColumns: readonly string[] = [];
  let comment = '';
  let properties: Record<string, string> = {};
  for (;;) {
    if (reader.accept('USING')) usingDelta(grammar);
    else if (reader.accept('PARTITIONED', 'BY')) partitionColumns = partitioning(grammar, columns);
    else if (reader.accept('COMMENT')) comment = reader.string();
    else if (reader.accept('TBLPROPERTIES')) properties = { ...properties, ...tableProperties(grammar) };
    else break;
  }
  const query =
    reader.accept('AS') || reader.isKeyword('SELECT', 'WITH', 'VALUES', 'FROM') ? grammar.query() : undefined;
  if (query !== undefined && columns.length > 0) throw reader.syntaxError();
  return { kind: 'create-table', table, ifNotExists, columns, partitionColumns, comment, properties, query };
}

function columnDefinition(grammar: Grammar): StructField {
  const { reader } = grammar;
  const column = reader.identifier().value;
  const type = readType(reader);
  let nullable = true;
  let metadata: StructField['metadata'] = {};
  for (;;) {
    if (reader.accept('NOT', 'NULL')) nullable = false;
    else if (reader.accept('COMMENT')) metadata = { comment: reader.string() };
    else return { name: column, type, nullable, metadata };
  }
}

function usingDelta({ reader }: Grammar): void {
  const format = reader.identifier().value;
  if (format.toUpperCase() === 'DELTA') return;
  throw new SqlFailure(
    'MANAGED_TABLE_FORMAT',
    `Managed table creation is not supported for the format: ${format.toUpperCase()}. Only Delta tables can be managed tables.`,
    '0A000',
  );
}

/** Names of columns, or columns with types that the table gets in addition. */
function partitioning(grammar: Grammar, columns: StructField[]): string[] {
  const { reader } = grammar;
  return reader.inParentheses(() =>
    reader.list(() => {
      const next = reader.peek(1);
      if (next.kind === 'symbol') return reader.identifier().value;
      const column = columnDefinition(grammar);
      columns.push(column);
      return column.name;
    }),
  );
}

function tableProperties({ reader }: Grammar): Record<string, string> {
  const entries = reader.inParentheses(() =>
    reader.list((): [string, string] => {
      const key =
        reader.peek().kind === 'string'
          ? reader.string()
          : reader
              .name()
              .map((part) => part.value)
              .join('.');
      reader.acceptSymbol('=');
      const value = reader.peek();
      if (!['string', 'number', 'word'].includes(value.kind)) throw reader.syntaxError();
      return [key, reader.next().value];
    }),
  );
  return Object.fromEntries(entries);
}

function readInsert(grammar: Grammar): Statement {
  const { reader } = grammar;
  reader.expect('INTO');
  reader.accept('TABLE');
  const table = readName(grammar);
  const isList =
    reader.isSymbol('(') &&
    !['SELECT', 'WITH', 'VALUES', 'FROM'].some((word) => reader.isKeywordAt(1, word)) &&
    !reader.isSymbol('(', 1);
  const columns = isList ? reader.inParentheses(() => reader.list(() => reader.identifier().value)) : undefined;
  const byName = reader.accept('BY', 'NAME');
  return { kind: 'insert', table, columns, byName, query: grammar.query() };
}
