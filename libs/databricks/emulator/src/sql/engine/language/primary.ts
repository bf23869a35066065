import { duckdbType } from '@lakescope/delta';
import { SqlFailure } from '../sql-failure';
import { readCall } from './calls';
import { identifier, literal } from './duckdb-text';
import { cast, expression, type Expression } from './expression';
import type { Grammar } from './grammar';
import { readInterval } from './interval';
import { readParameter } from './parameter';
import { readType, sqlTypeText } from './spark-types';
import type { Token } from './tokenizer';

const MAX_INT = 2_147_483_647n;
const MAX_LONG = 9_223_372_036_854_775_807n;
const MAX_DIGITS = 38;

/** Words that stand for a call without parentheses. */
const BARE_CALLS: ReadonlySet<string> = new Set([
  'CURRENT_DATE',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'SESSION_USER',
  'USER',
]);
/** Words no column can be called by without backticks, because a clause starts with them. */
const NOT_A_COLUMN: ReadonlySet<string> = new Set(
  'FROM WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT JOIN ON USING THEN ELSE END WHEN AND OR AS SELECT BY'.split(
    ' ',
  ),
);

export function readPrimary(grammar: Grammar): Expression {
  const { reader } = grammar;
  const token = reader.peek();
  switch (token.kind) {
    case 'number':
      reader.next();
      return number(token);
    case 'string':
      return text(grammar);
    case 'parameter':
      reader.next();
      return readParameter(grammar, token);
    case 'symbol':
      if (token.text === '(') return parenthesised(grammar);
      throw reader.syntaxError();
    case 'end':
      throw reader.syntaxError();
    case 'word':
      return readKeyword(grammar, token.value.toUpperCase()) ?? named(grammar);
    case 'quoted':
      return named(grammar);
  }
}

function number(token: Token): Expression {
  const suffix = token.text.slice(token.value.length).toUpperCase();
  const types: Record<string, string> = { L: 'BIGINT', S: 'SMALLINT', Y: 'TINYINT', D: 'DOUBLE', F: 'FLOAT' };
  const type = types[suffix];
  if (type !== undefined) return expression(`CAST(${token.value} AS ${type})`, token.value);
  if (suffix === 'BD' || !isWhole(token.value))
    return expression(token.value.endsWith('.') ? `${token.value}0` : token.value, token.value);
  const value = BigInt(token.value);
  if (value <= MAX_INT) return expression(String(value), token.value);
  if (value <= MAX_LONG) return expression(`CAST(${value} AS BIGINT)`, token.value);
  if (String(value).length > MAX_DIGITS) {
    throw new SqlFailure(
      'DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION',
      `Decimal precision ${String(value).length} exceeds max precision ${MAX_DIGITS}.`,
      '22003',
    );
  }
  return expression(`CAST(${value} AS DECIMAL(${String(value).length}, 0))`, token.value);
}

function isWhole(text: string): boolean {
  return [...text].every((digit) => digit >= '0' && digit <= '9');
}

/** Literals next to each other are one. */
function text(grammar: Grammar): Expression {
  let value = '';
  while (grammar.reader.peek().kind === 'string') value += grammar.reader.next().value;
  return { ...expression(literal(value), value), text: value };
}

function parenthesised(grammar: Grammar): Expression {
  const { reader } = grammar;
  return reader.inParentheses(() => {
    if (reader.isKeyword('SELECT', 'WITH', 'VALUES', 'FROM'))
      return expression(`(${grammar.query()})`, 'scalarsubquery()');
    const items = reader.list(() => grammar.expression());
    const [only] = items;
    if (only !== undefined && items.length === 1) return { ...only, sql: `(${only.sql})` };
    const names = items.map((item) => item.name).join(', ');
    return expression(`(${items.map((item) => item.sql).join(', ')})`, `struct(${names})`, items);
  });
}

function readKeyword(grammar: Grammar, word: string): Expression | undefined {
  const { reader } = grammar;
  const next = reader.peek(1);
  const opens = next.kind === 'symbol' && next.text === '(';
  if (next.kind === 'string' && ['DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'X'].includes(word)) {
    reader.next();
    return typedLiteral(grammar, word);
  }
  if (NOT_A_COLUMN.has(word)) throw reader.syntaxError();
  if (word === 'CASE') return caseWhen(grammar);
  if (opens) {
    switch (word) {
      case 'CAST':
      case 'TRY_CAST':
        return castCall(grammar, word);
      case 'EXTRACT':
        return extract(grammar);
      case 'EXISTS':
        reader.next();
        return reader.inParentheses(() => expression(`EXISTS (${grammar.query()})`, 'exists()'));
    }
    return undefined;
  }
  switch (word) {
    case 'NULL':
    case 'TRUE':
    case 'FALSE':
      reader.next();
      return expression(word, word === 'NULL' ? 'NULL' : word.toLowerCase());
    case 'INTERVAL':
      return next.kind === 'string' || next.kind === 'number' || next.kind === 'symbol'
        ? readInterval(grammar)
        : undefined;
  }
  if (BARE_CALLS.has(word) && !(next.kind === 'symbol' && next.text === '.')) return readCall(grammar, [reader.next()]);
  return undefined;
}

function typedLiteral(grammar: Grammar, word: string): Expression {
  const token = grammar.reader.peek();
  const value = grammar.reader.string();
  if (word === 'X') {
    const isHex = value.length % 2 === 0 && [...value].every((digit) => '0123456789abcdefABCDEF'.includes(digit));
    if (!isHex) throw invalidLiteral(grammar, token, 'X');
    return expression(`unhex(${literal(value)})`, `X'${value.toUpperCase()}'`);
  }
  const types: Record<string, string> = { DATE: 'DATE', TIMESTAMP_NTZ: 'TIMESTAMP' };
  return expression(`CAST(${literal(value)} AS ${types[word] ?? 'TIMESTAMPTZ'})`, `${word} '${value}'`);
}

function invalidLiteral(grammar: Grammar, token: Token, type: string): SqlFailure {
  return new SqlFailure(
    'INVALID_TYPED_LITERAL',
    `The value of the typed literal "${type}" is invalid: ${token.text}.`,
    '42604',
    {
      suffix: grammar.reader.placeOf(token),
    },
  );
}

function castCall(grammar: Grammar, word: 'CAST' | 'TRY_CAST'): Expression {
  const { reader } = grammar;
  reader.next();
  return reader.inParentheses(() => {
    const value = grammar.expression();
    reader.expect('AS');
    const type = readType(reader);
    return expression(
      cast(value.sql, type, duckdbType(type), word === 'TRY_CAST'),
      `${word}(${value.name} AS ${sqlTypeText(type)})`,
      value,
    );
  });
}

const FIELDS: ReadonlySet<string> = new Set(
  'YEAR YEARS QUARTER MONTH MONTHS WEEK WEEKS DAY DAYS DAYOFWEEK DOY DOW HOUR HOURS MINUTE MINUTES SECOND SECONDS'.split(
    ' ',
  ),
);

function extract(grammar: Grammar): Expression {
  const { reader } = grammar;
  reader.next();
  return reader.inParentheses(() => {
    const field = reader.identifier();
    if (!FIELDS.has(field.value.toUpperCase())) throw reader.syntaxError(field);
    reader.expect('FROM');
    const value = grammar.expression();
    const name = `extract(${field.value} FROM ${value.name})`;
    return expression(`CAST(date_part(${literal(field.value.toLowerCase())}, ${value.sql}) AS INTEGER)`, name, value);
  });
}

function caseWhen(grammar: Grammar): Expression {
  const { reader } = grammar;
  reader.next();
  const parts: Expression[] = [];
  const part = (): Expression => {
    const read = grammar.expression();
    parts.push(read);
    return read;
  };
  const sql = ['CASE'];
  const name = ['CASE'];
  if (!reader.isKeyword('WHEN')) {
    const subject = part();
    sql.push(subject.sql);
    name.push(subject.name);
  }
  if (!reader.isKeyword('WHEN')) throw reader.syntaxError();
  while (reader.accept('WHEN')) {
    const condition = part();
    reader.expect('THEN');
    const value = part();
    sql.push(`WHEN ${condition.sql} THEN ${value.sql}`);
    name.push(`WHEN ${condition.name} THEN ${value.name}`);
  }
  if (reader.accept('ELSE')) {
    const value = part();
    sql.push(`ELSE ${value.sql}`);
    name.push(`ELSE ${value.name}`);
  }
  reader.expect('END');
  return expression(`${sql.join(' ')} END`, `${name.join(' ')} END`, parts);
}

/** A column, or the call of a function. */
function named(grammar: Grammar): Expression {
  const { reader, scope } = grammar;
  const parts = [reader.identifier()];
  while (reader.isSymbol('.') && !reader.isSymbol('*', 1)) {
    reader.next();
    parts.push(reader.identifier());
  }
  if (reader.isSymbol('(')) return readCall(grammar, parts);
  const names = parts.map((part) => part.value);
  const column = names.at(-1) ?? '';
  const own = names.slice(scope.qualifierParts(names));
  return { ...expression(own.map(identifier).join('.'), column), column, path: own };
}
