import { cast, expression, type Expression } from './expression';
import type { Grammar } from './grammar';
import { duckdbType } from '@lakescope/delta';
import { readPrimary } from './primary';
import { readType, sqlTypeText } from './spark-types';
import { tooComplex } from './token-reader';

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['=', '='],
  ['==', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['<=>', 'IS NOT DISTINCT FROM'],
]);
/** From the loosest to the tightest. */
const ARITHMETIC: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-', '||'],
  ['*', '/', '%', 'DIV'],
];
/** A divisor is checked by repeating it, so divisors inside divisors are counted. */
const MAX_DIVISOR_SQL = 20_000;

/** The predicate as it is read, or its opposite after NOT. */
type Negated = (sql: string, name: string, parts?: readonly Expression[]) => Expression;

/** An expression with all operators, from OR down. */
export function readExpression(grammar: Grammar): Expression {
  if (isBareLiteral(grammar)) return readPrimary(grammar);
  return grammar.reader.nested(() => logical(grammar, 'OR', () => logical(grammar, 'AND', () => negation(grammar))));
}

/** Long lists hold little else, and need not go through all operators. */
function isBareLiteral({ reader }: Grammar): boolean {
  const { kind } = reader.peek();
  return (kind === 'number' || kind === 'string') && (reader.isSymbol(',', 1) || reader.isSymbol(')', 1));
}

/** `a OR b OR c` stays flat: long lists of conditions are common and must not count as nesting. */
function logical(grammar: Grammar, word: 'AND' | 'OR', operand: () => Expression): Expression {
  const operands = [operand()];
  while (grammar.reader.accept(word)) operands.push(operand());
  const [only] = operands;
  if (operands.length === 1 && only !== undefined) return only;
  const sql = `(${operands.map((item) => item.sql).join(` ${word} `)})`;
  const whole = expression(sql, `(${operands.map((item) => item.name).join(` ${word} `)})`, operands);
  if (word === 'OR') return whole;
  const filters = operands.flatMap((item) => item.filters ?? []);
  return { ...whole, filters, isCovered: operands.every((item) => item.isCovered === true) };
}

/** `column = 'text'`, whichever stands first; several texts for IN. */
function withValues(whole: Expression, { path }: Expression, values: readonly (string | undefined)[]): Expression {
  const texts = values.filter((value) => value !== undefined);
  if (path === undefined || texts.length === 0 || texts.length < values.length) return whole;
  return { ...whole, filters: [{ path, is: { values: texts } }], isCovered: true };
}

function negation(grammar: Grammar): Expression {
  const { reader } = grammar;
  if (!reader.accept('NOT') && !reader.acceptSymbol('!')) return predicate(grammar);
  const operand = reader.nested(() => negation(grammar));
  return expression(`(NOT ${operand.sql})`, `(NOT ${operand.name})`, operand);
}

function predicate(grammar: Grammar): Expression {
  let left = comparison(grammar);
  for (;;) {
    const next = readPredicate(grammar, left);
    if (next === undefined) return left;
    left = next;
  }
}

function readPredicate(grammar: Grammar, left: Expression): Expression | undefined {
  const { reader } = grammar;
  if (reader.accept('IS')) return isPredicate(grammar, left);
  return reader.attempt(() => {
    const not = reader.accept('NOT') ? 'NOT ' : '';
    const negated: Negated = (sql, name, parts = []) =>
      expression(not === '' ? sql : `(NOT ${sql})`, not === '' ? name : `(NOT ${name})`, left, parts);
    if (reader.accept('BETWEEN')) {
      const low = comparison(grammar);
      reader.expect('AND');
      const high = comparison(grammar);
      const name = `((${left.name} >= ${low.name}) AND (${left.name} <= ${high.name}))`;
      return negated(`(${left.sql} BETWEEN ${low.sql} AND ${high.sql})`, name, [low, high]);
    }
    if (reader.accept('IN')) {
      return reader.inParentheses(() => {
        if (reader.isKeyword('SELECT', 'WITH', 'VALUES', 'FROM')) {
          return negated(`(${left.sql} IN (${grammar.query()}))`, `(${left.name} IN (listquery()))`);
        }
        const items = reader.list(() => grammar.expression());
        const names = items.map((item) => item.name).join(', ');
        const whole = negated(
          `(${left.sql} IN (${items.map((item) => item.sql).join(', ')}))`,
          `(${left.name} IN (${names}))`,
          items,
        );
        const texts = items.map((item) => item.text);
        return not === '' ? withValues(whole, left, texts) : whole;
      });
    }
    if (reader.accept('RLIKE') || reader.accept('REGEXP')) {
      const pattern = comparison(grammar);
      return negated(`regexp_matches(${left.sql}, ${pattern.sql})`, `RLIKE(${left.name}, ${pattern.name})`, [pattern]);
    }
    if (reader.isKeyword('LIKE', 'ILIKE')) return like(grammar, left, negated, not !== '');
    return undefined;
  });
}

function like(grammar: Grammar, left: Expression, negated: Negated, isNot: boolean): Expression {
  const { reader } = grammar;
  const word = reader.next().value.toUpperCase();
  const one = (pattern: Expression, escape: string): string => `${left.sql} ${word} ${pattern.sql} ESCAPE ${escape}`;
  const backslash = String.raw`'\'`;
  const isAll = reader.isKeyword('ALL');
  if (isAll || reader.isKeyword('ANY', 'SOME')) {
    reader.next();
    const patterns = reader.inParentheses(() => reader.list(() => comparison(grammar)));
    const sql = patterns.map((pattern) => one(pattern, backslash)).join(isAll ? ' AND ' : ' OR ');
    const names = patterns.map((pattern) => pattern.name).join(', ');
    return negated(`(${sql})`, `${word.toLowerCase()}${isAll ? 'all' : 'any'}(${left.name}, ${names})`, patterns);
  }
  const pattern = comparison(grammar);
  const escape = reader.accept('ESCAPE') ? comparison(grammar).sql : backslash;
  const name = word === 'LIKE' ? `${left.name} LIKE ${pattern.name}` : `ilike(${left.name}, ${pattern.name})`;
  const whole = negated(`(${one(pattern, escape)})`, name, [pattern]);
  if (isNot || left.path === undefined || pattern.text === undefined || escape !== backslash) return whole;
  return { ...whole, filters: [{ path: left.path, is: { like: pattern.text } }] };
}

function isPredicate(grammar: Grammar, left: Expression): Expression {
  const { reader } = grammar;
  const not = reader.accept('NOT') ? 'NOT ' : '';
  if (reader.accept('DISTINCT')) {
    reader.expect('FROM');
    const right = comparison(grammar);
    const name = `(${left.name} <=> ${right.name})`;
    const sql = `(${left.sql} IS ${not}DISTINCT FROM ${right.sql})`;
    return expression(sql, not === '' ? `(NOT ${name})` : name, left, right);
  }
  for (const word of ['NULL', 'TRUE', 'FALSE', 'UNKNOWN']) {
    if (!reader.accept(word)) continue;
    const asked = word === 'UNKNOWN' ? 'NULL' : word;
    const name = asked === 'NULL' ? `(${left.name} IS ${not}NULL)` : `(${left.name} IS ${not}${asked})`;
    return expression(`(${left.sql} IS ${not}${asked})`, name, left);
  }
  throw reader.syntaxError();
}

function comparison(grammar: Grammar): Expression {
  const { reader } = grammar;
  let left = arithmetic(grammar, 0);
  for (;;) {
    const operator = reader.peek().kind === 'symbol' ? COMPARISONS.get(reader.peek().text) : undefined;
    if (operator === undefined) return left;
    const written = reader.next().text;
    const shown = written === '==' ? '=' : written;
    const right = arithmetic(grammar, 0);
    const isNot = written === '<>' || written === '!=';
    const name = isNot ? `(NOT (${left.name} = ${right.name}))` : `(${left.name} ${shown} ${right.name})`;
    const whole = expression(`(${left.sql} ${operator} ${right.sql})`, name, left, right);
    const isTextFirst = left.text !== undefined;
    const [column, value] = isTextFirst ? [right, left] : [left, right];
    left = operator === '=' ? withValues(whole, column, [value.text]) : whole;
  }
}

function arithmetic(grammar: Grammar, level: number): Expression {
  const operators = ARITHMETIC[level];
  if (operators === undefined) return unary(grammar);
  const { reader } = grammar;
  let left = arithmetic(grammar, level + 1);
  for (;;) {
    const token = reader.peek();
    const operator = operators.find((candidate) => isOperator(token.kind, token.value, candidate));
    if (operator === undefined) return left;
    reader.next();
    const right = arithmetic(grammar, level + 1);
    const name =
      operator === '||'
        ? `concat(${left.name}, ${right.name})`
        : `(${left.name} ${operator.toLowerCase()} ${right.name})`;
    left = expression(binary(operator, left.sql, right.sql), name, left, right);
  }
}

function isOperator(kind: string, value: string, operator: string): boolean {
  return kind === 'symbol' ? value === operator : kind === 'word' && value.toUpperCase() === operator;
}

function binary(operator: string, left: string, right: string): string {
  if (right.length > MAX_DIVISOR_SQL && (operator === '/' || operator === '%' || operator === 'DIV'))
    throw tooComplex();
  switch (operator) {
    case '/':
    case '%':
      return `(${left} ${operator} spark_divisor(${right}))`;
    case 'DIV':
      return `CAST(trunc(${left} // spark_divisor(${right})) AS BIGINT)`;
    case '^':
      return `xor(${left}, ${right})`;
    default:
      return `(${left} ${operator} ${right})`;
  }
}

function unary(grammar: Grammar): Expression {
  const { reader } = grammar;
  for (const sign of ['-', '+', '~']) {
    if (!reader.acceptSymbol(sign)) continue;
    const isLiteral = sign === '-' && reader.peek().kind === 'number';
    const operand = reader.nested(() => unary(grammar));
    return expression(`(${sign}${operand.sql})`, isLiteral ? `-${operand.name}` : `(${sign} ${operand.name})`, operand);
  }
  return postfix(grammar);
}

/** Casts by `::`, elements by `[...]`, fields by `.name`. */
function postfix(grammar: Grammar): Expression {
  const { reader } = grammar;
  let value = readPrimary(grammar);
  for (;;) {
    if (reader.acceptSymbol('::')) {
      const type = readType(reader);
      value = expression(cast(value.sql, type, duckdbType(type)), `CAST(${value.name} AS ${sqlTypeText(type)})`, value);
    } else if (reader.acceptSymbol('[')) {
      const index = grammar.expression();
      reader.expectSymbol(']');
      value = expression(element(value, index), `${value.name}[${index.name}]`, value, index);
    } else if (reader.acceptSymbol('.')) {
      const field = reader.identifier().value;
      value = { ...expression(`(${value.sql}).${quoted(field)}`, `${value.name}.${field}`, value), column: field };
    } else {
      return value;
    }
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Arrays count from 0; keys of maps and names of struct fields are taken as they are. */
function element(value: Expression, index: Expression): string {
  if (index.text !== undefined) return `(${value.sql})[${index.sql}]`;
  if (value.sql.length > MAX_DIVISOR_SQL) throw tooComplex();
  return `spark_element(${value.sql}, ${index.sql})`;
}
