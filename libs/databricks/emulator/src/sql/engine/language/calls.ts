import { findFunction } from '../functions/find-function';
import type { SparkFunction } from '../functions/spark-function';
import { SqlFailure } from '../sql-failure';
import { backticked, identifier, literal } from './duckdb-text';
import { expression, type Expression } from './expression';
import type { Grammar } from './grammar';
import { orderItems, readWindow } from './window';
import type { Token } from './tokenizer';

/** The call of a function; its name has been read. */
export function readCall(grammar: Grammar, name: readonly Token[]): Expression {
  const { reader } = grammar;
  const [first] = name;
  const functionName = name.at(-1)?.value ?? '';
  if (first === undefined || name.length > 1) throw unknownFunction(grammar, name);
  const own = sessionValue(grammar, functionName.toUpperCase());
  if (own !== undefined) return own;
  const found = findFunction(functionName);
  if (found === undefined) throw unknownFunction(grammar, name);
  if (!reader.acceptSymbol('(')) return finished(grammar, functionName, found, [], '');
  const distinct = reader.accept('DISTINCT') ? 'DISTINCT ' : '';
  reader.accept('ALL');
  const args = readArguments(grammar, functionName.toUpperCase());
  const nulls = nullTreatment(grammar);
  reader.expectSymbol(')');
  return finished(grammar, functionName, found, args, distinct, nulls);
}

/** `current_user()`, `current_catalog()`, ... */
function sessionValue(grammar: Grammar, name: string): Expression | undefined {
  const { session } = grammar.scope;
  const values: Record<string, string> = {
    CURRENT_USER: session.userName,
    SESSION_USER: session.userName,
    USER: session.userName,
    CURRENT_CATALOG: session.catalog,
    CURRENT_SCHEMA: session.schema,
    CURRENT_DATABASE: session.schema,
  };
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return undefined;
  if (grammar.reader.acceptSymbol('(')) grammar.reader.expectSymbol(')');
  return expression(literal(value), `${name.toLowerCase()}()`);
}

/** Arguments, also as SUBSTRING(x FROM a FOR b) and TRIM(BOTH a FROM b) write them. */
function readArguments(grammar: Grammar, name: string): Expression[] {
  const { reader } = grammar;
  if (reader.isSymbol(')')) return [];
  if (name === 'TRIM') reader.accept('BOTH');
  const first = argument(grammar);
  if (name.startsWith('SUBSTR') && reader.accept('FROM')) {
    const start = grammar.expression();
    return reader.accept('FOR') ? [first, start, grammar.expression()] : [first, start];
  }
  if (name === 'TRIM' && reader.accept('FROM')) {
    const text = grammar.expression();
    return [{ ...text, sql: `${text.sql}, ${first.sql}` }];
  }
  const args = [first];
  while (reader.acceptSymbol(',')) args.push(argument(grammar));
  return args;
}

function argument(grammar: Grammar): Expression {
  const { reader } = grammar;
  if (reader.acceptSymbol('*')) return expression('*', '1');
  const lambda = reader.attempt(() => readLambda(grammar));
  if (lambda !== undefined) return lambda;
  const value = grammar.expression();
  return reader.accept('AS') ? { ...value, alias: reader.identifier().value } : value;
}

/** `x -> ...` and `(x, y) -> ...` */
function readLambda(grammar: Grammar): Expression | undefined {
  const { reader } = grammar;
  const names: string[] = [];
  if (reader.acceptSymbol('(')) {
    for (;;) {
      const token = reader.peek();
      if (token.kind !== 'word' && token.kind !== 'quoted') return undefined;
      names.push(reader.identifier().value);
      if (!reader.acceptSymbol(',')) break;
    }
    if (!reader.acceptSymbol(')')) return undefined;
  } else {
    const token = reader.peek();
    if (token.kind !== 'word' && token.kind !== 'quoted') return undefined;
    names.push(reader.identifier().value);
  }
  if (!reader.acceptSymbol('->')) return undefined;
  const body = grammar.expression();
  const list = names.map(identifier).join(', ');
  return expression(`lambda ${list}: ${body.sql}`, `lambdafunction(${body.name}, ${names.join(', ')})`, body);
}

function nullTreatment(grammar: Grammar): string {
  const { reader } = grammar;
  if (reader.accept('IGNORE', 'NULLS')) return ' IGNORE NULLS';
  return reader.accept('RESPECT', 'NULLS') ? ' RESPECT NULLS' : '';
}

function finished(
  grammar: Grammar,
  functionName: string,
  found: SparkFunction,
  args: readonly Expression[],
  distinct: string,
  nullsInside = '',
): Expression {
  const { reader } = grammar;
  const shown = functionName.toLowerCase();
  if (args.length < found.least || args.length > found.most) {
    throw new SqlFailure(
      'WRONG_NUM_ARGS.WITHOUT_SUGGESTION',
      `The \`${shown}\` requires ${range(found)} parameters but the actual number is ${args.length}. Please, refer to the documentation for a fix.`,
      '42605',
    );
  }
  const isStar = args.some((item) => item.sql === '*');
  if (isStar && shown !== 'count') throw reader.syntaxError();
  const texts = args.map((item) => item.sql);
  const name = `${shown}(${distinct}${args.map((item) => item.name).join(', ')})`;
  if (found.kind === 'scalar') {
    const [only] = args;
    if (shown === 'lower' && only?.path !== undefined)
      return { ...expression(found.write(texts, args), name, args), path: only.path };
    if (distinct !== '')
      throw new SqlFailure(
        'INVALID_SQL_SYNTAX.FUNCTION_WITH_DISTINCT',
        `Invalid SQL syntax: The function \`${shown}\` does not support DISTINCT.`,
        '42000',
      );
    return typed(expression(found.write(texts, args), name, args), found);
  }
  let sql = found.write(distinct === '' ? texts : [`DISTINCT ${texts.join(', ')}`], args);
  if (reader.accept('WITHIN', 'GROUP')) {
    const order = reader.inParentheses(() => {
      reader.expect('ORDER', 'BY');
      return orderItems(grammar);
    });
    sql =
      shown === 'string_agg' || shown === 'listagg'
        ? `${sql.slice(0, -1)} ORDER BY ${order})`
        : `${sql} WITHIN GROUP (ORDER BY ${order})`;
  }
  const conditions: string[] = found.skipsNull === true ? [`${texts[0] ?? 'NULL'} IS NOT NULL`] : [];
  if (reader.accept('FILTER')) {
    conditions.push(
      reader.inParentheses(() => {
        reader.expect('WHERE');
        return grammar.expression().sql;
      }),
    );
  }
  const nulls = nullsInside === '' ? nullTreatment(grammar) : nullsInside;
  const isOver = reader.isKeyword('OVER');
  if (nulls !== '' && isOver) sql = `${sql.slice(0, -1)}${nulls})`;
  else if (nulls === ' IGNORE NULLS') conditions.push(`${texts[0] ?? 'NULL'} IS NOT NULL`);
  if (conditions.length > 0) sql += ` FILTER (WHERE ${conditions.join(' AND ')})`;
  if (!isOver && found.kind === 'window') {
    throw new SqlFailure(
      'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE',
      `Window function "${shown}()" requires an OVER clause.`,
      '42601',
    );
  }
  if (isOver) sql += ` ${readWindow(grammar)}`;
  const whole = found.skipsNull === true ? `coalesce(${sql}, [])` : sql;
  return typed(expression(whole, isOver ? `${name} OVER ()` : name, args), found);
}

function typed(call: Expression, { type }: SparkFunction): Expression {
  return type === undefined ? call : { ...call, sql: `CAST(${call.sql} AS ${type})` };
}

function range({ least, most }: SparkFunction): string {
  if (least === most) return String(least);
  return most === Number.POSITIVE_INFINITY ? `> ${least - 1}` : `[${least}, ${most}]`;
}

function unknownFunction(grammar: Grammar, name: readonly Token[]): SqlFailure {
  const { session } = grammar.scope;
  const [first] = name;
  const searched = ['`system`.`builtin`', '`system`.`session`', backticked(session.catalog, session.schema)];
  return new SqlFailure(
    'UNRESOLVED_ROUTINE',
    `Cannot resolve routine ${backticked(...name.map((part) => part.value))} on search path [${searched.join(', ')}].`,
    '42883',
    { suffix: first === undefined ? '' : grammar.reader.placeOf(first) },
  );
}
