import { duckdbType } from '@lakescope/delta';
import { SqlFailure } from '../sql-failure';
import { literal } from './duckdb-text';
import { cast, expression, type Expression } from './expression';
import type { Grammar } from './grammar';
import { readType } from './spark-types';
import { TokenReader } from './token-reader';
import type { Token } from './tokenizer';

/** The value of `:name` in its type. It is written as a literal, so it can be nothing but a value. */
export function readParameter(grammar: Grammar, token: Token): Expression {
  const parameter = grammar.scope.parameter(token.value);
  if (parameter === undefined) {
    throw new SqlFailure(
      'UNBOUND_SQL_PARAMETER',
      `Found the unbound parameter: ${token.value}. Please, fix \`args\` and provide a mapping of the parameter to either a SQL literal or collection constructor functions such as \`map()\`, \`array()\`, \`struct()\`.`,
      '42P02',
      { suffix: grammar.reader.placeOf(token) },
    );
  }
  const reader = new TokenReader(parameter.type);
  const type = readType(reader);
  reader.end();
  const { value } = parameter;
  if (value === null) return expression(`CAST(NULL AS ${duckdbType(type)})`, 'NULL');
  if (type === 'string') return { ...expression(literal(value), value), text: value };
  return expression(cast(literal(value), type, duckdbType(type)), value);
}
