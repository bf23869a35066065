import { SqlFailure } from '../sql-failure';
import { identifier } from './duckdb-text';
import type { Grammar } from './grammar';
import type { TableVersion } from './statement-scope';
import { columnNames, readValues } from './values';

/** Relations with their joins. */
export function readFrom(grammar: Grammar): string {
  return grammar.reader.list(() => readJoins(grammar)).join(', ');
}

function readJoins(grammar: Grammar): string {
  const { reader } = grammar;
  let sql = readRelation(grammar);
  for (;;) {
    if (reader.accept('LATERAL', 'VIEW')) {
      sql += `, ${readLateralView(grammar)}`;
      continue;
    }
    const join = readJoinKind(grammar);
    if (join === undefined) return sql;
    sql += ` ${join.sql} ${readRelation(grammar)}`;
    if (reader.accept('ON')) sql += ` ON ${grammar.expression().sql}`;
    else if (reader.accept('USING')) sql += ` USING ${columnNames(grammar)}`;
    // Without a condition a plain join is a cross join, which DuckDB wants to be told.
    else if (join.wantsCondition) sql += ' ON true';
  }
}

function readJoinKind(grammar: Grammar): { sql: string; wantsCondition: boolean } | undefined {
  const { reader } = grammar;
  return reader.attempt(() => {
    const natural = reader.accept('NATURAL') ? 'NATURAL ' : '';
    let kind = '';
    if (reader.accept('CROSS')) kind = 'CROSS ';
    else if (reader.accept('INNER')) kind = 'INNER ';
    else if (reader.accept('SEMI')) kind = 'SEMI ';
    else if (reader.accept('ANTI')) kind = 'ANTI ';
    else if (reader.accept('LEFT', 'SEMI')) kind = 'SEMI ';
    else if (reader.accept('LEFT', 'ANTI')) kind = 'ANTI ';
    else {
      for (const side of ['LEFT', 'RIGHT', 'FULL']) {
        if (!reader.accept(side)) continue;
        reader.accept('OUTER');
        kind = `${side} `;
      }
    }
    if (!reader.accept('JOIN')) return undefined;
    return { sql: `${natural}${kind}JOIN`, wantsCondition: natural === '' && kind !== 'CROSS ' };
  });
}

function readRelation(grammar: Grammar): string {
  const { reader, scope } = grammar;
  return reader.nested(() => {
    scope.countRelation();
    if (reader.isKeyword('VALUES')) {
      const values = readValues(grammar);
      const alias = readAlias(grammar).sql;
      return alias === '' ? values : `(SELECT * FROM ${values})${alias}`;
    }
    const isLateral = reader.accept('LATERAL');
    if (reader.isSymbol('(')) return parenthesised(grammar, isLateral);
    if (isLateral) throw reader.syntaxError();
    return readTable(grammar);
  });
}

/** A query, or relations with joins in parentheses. */
function parenthesised(grammar: Grammar, isLateral: boolean): string {
  const { reader } = grammar;
  let ahead = 0;
  while (reader.isSymbol('(', ahead)) ahead += 1;
  const isQuery = ['SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE'].some((word) => reader.isKeywordAt(ahead, word));
  const inside = reader.inParentheses(() => (isQuery ? grammar.query() : readFrom(grammar)));
  return `${isLateral ? 'LATERAL ' : ''}(${inside})${readAlias(grammar).sql}`;
}

interface Alias {
  /** With AS in front; empty when there is none. */
  readonly sql: string;
  readonly name: string | undefined;
  /** Whether it gives the columns other names, too. */
  readonly renames: boolean;
}

function readAlias(grammar: Grammar): Alias {
  const { reader } = grammar;
  const alias = reader.alias();
  if (alias === undefined) return { sql: '', name: undefined, renames: false };
  const columns = reader.isSymbol('(') ? columnNames(grammar) : '';
  return { sql: ` AS ${identifier(alias.value)}${columns}`, name: alias.value, renames: columns !== '' };
}

function readTable(grammar: Grammar): string {
  const { reader, scope } = grammar;
  const name = reader.name();
  const [first] = name;
  if (reader.isSymbol('(') && first !== undefined && name.length === 1) return tableFunction(grammar, first.value);
  const at = readVersion(grammar);
  const sample = readSample(grammar);
  const alias = readAlias(grammar);
  const parts = name.map((part) => part.value);
  const last = identifier(parts.at(-1) ?? '');
  const query = scope.query(name);
  if (query !== undefined && at !== undefined) throw reader.syntaxError();
  const place = first === undefined ? '' : reader.placeOf(first);
  const relation = query === undefined ? scope.table(parts, at, place, alias.name, alias.renames) : identifier(query);
  return `${relation}${alias.sql === '' ? ` AS ${last}` : alias.sql}${sample}`;
}

/** The source of MERGE, which has a name of its own: a table, a view or a query in parentheses. */
export function readSource(grammar: Grammar): { sql: string; alias: string } {
  const { reader, scope } = grammar;
  if (reader.isSymbol('(')) {
    const query = reader.inParentheses(() => grammar.query());
    const alias = reader.alias();
    return { sql: `(${query})`, alias: identifier(alias?.value ?? '__auto_generated_subquery_name') };
  }
  const name = reader.name();
  const [first] = name;
  const at = readVersion(grammar);
  const alias = reader.alias();
  const parts = name.map((part) => part.value);
  const place = first === undefined ? '' : reader.placeOf(first);
  const sql = scope.table(parts, at, place, alias?.value);
  return { sql, alias: identifier(alias?.value ?? parts.at(-1) ?? '') };
}

/** `VERSION AS OF 3`, `TIMESTAMP AS OF '...'`, also with FOR in front and as `@v3`. */
function readVersion(grammar: Grammar): TableVersion | undefined {
  const { reader } = grammar;
  const isVersion = (ahead: number): boolean =>
    (reader.isKeywordAt(ahead, 'VERSION') || reader.isKeywordAt(ahead, 'SYSTEM_VERSION')) &&
    reader.isKeywordAt(ahead + 1, 'AS');
  const isTime = (ahead: number): boolean =>
    (reader.isKeywordAt(ahead, 'TIMESTAMP') || reader.isKeywordAt(ahead, 'SYSTEM_TIME')) &&
    reader.isKeywordAt(ahead + 1, 'AS');
  if (reader.isKeyword('FOR') && (isVersion(1) || isTime(1))) reader.next();
  if (isVersion(0)) {
    reader.next();
    reader.expect('AS', 'OF');
    return { version: versionNumber(grammar) };
  }
  if (isTime(0)) {
    reader.next();
    reader.expect('AS', 'OF');
    return { timestamp: grammar.expression() };
  }
  if (reader.isSymbol('@') && /^[vV]\d+$/.test(reader.peek(1).value)) {
    reader.next();
    return { version: Number(reader.next().value.slice(1)) };
  }
  return undefined;
}

function versionNumber(grammar: Grammar): number {
  const { reader, scope } = grammar;
  const token = reader.next();
  const text = token.kind === 'parameter' ? (scope.parameter(token.value)?.value ?? '') : token.value;
  const version = Number(text);
  if (text === '' || !Number.isSafeInteger(version) || !['number', 'string', 'parameter'].includes(token.kind)) {
    throw reader.syntaxError(token);
  }
  return version;
}

function readSample(grammar: Grammar): string {
  const { reader } = grammar;
  if (!reader.accept('TABLESAMPLE')) return '';
  return reader.inParentheses(() => {
    const count = Number(reader.next().value);
    if (!Number.isFinite(count)) throw reader.syntaxError();
    if (reader.accept('ROWS')) return ` TABLESAMPLE reservoir(${Math.floor(count)} ROWS)`;
    reader.expect('PERCENT');
    return ` TABLESAMPLE bernoulli(${count} PERCENT)`;
  });
}

/** `range(...)` and `explode(...)` in FROM. */
function tableFunction(grammar: Grammar, name: string): string {
  const { reader } = grammar;
  const args = reader.inParentheses(() => (reader.isSymbol(')') ? [] : reader.list(() => grammar.expression().sql)));
  const alias = readAlias(grammar).sql;
  switch (name.toLowerCase()) {
    case 'range':
      if (args.length > 0 && args.length <= 3) return `(SELECT range AS id FROM range(${args.join(', ')}))${alias}`;
      break;
    case 'explode':
      if (args.length === 1) return `(SELECT unnest(${args[0]}) AS col)${alias}`;
      break;
  }
  throw new SqlFailure(
    'UNRESOLVABLE_TABLE_VALUED_FUNCTION',
    `Could not resolve \`${name}\` to a table-valued function. Please make sure that \`${name}\` is defined as a table-valued function and that all required parameters are provided correctly. If \`${name}\` is not defined, please create the table-valued function before using it.`,
    '42883',
  );
}

/** `LATERAL VIEW [OUTER] explode(x) t AS c` and `posexplode(x) t AS p, c`. */
function readLateralView(grammar: Grammar): string {
  const { reader } = grammar;
  reader.accept('OUTER');
  const name = reader.identifier();
  const list = reader.inParentheses(() => grammar.expression().sql);
  const alias = identifier(reader.identifier().value);
  const columns = reader.accept('AS') ? reader.list(() => identifier(reader.identifier().value)) : [];
  switch (name.value.toLowerCase()) {
    case 'explode':
      return `LATERAL (SELECT unnest(${list}) AS ${columns[0] ?? 'col'}) AS ${alias}`;
    case 'posexplode':
      return `LATERAL (SELECT CAST(generate_subscripts(${list}, 1) - 1 AS INTEGER) AS ${columns[0] ?? 'pos'}, unnest(${list}) AS ${columns[1] ?? 'col'}) AS ${alias}`;
  }
  throw reader.syntaxError(name);
}
