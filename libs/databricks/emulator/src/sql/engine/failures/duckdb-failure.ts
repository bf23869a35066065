import { backticked } from '../language/duckdb-text';
import { tooComplex } from '../language/token-reader';
import { SqlFailure } from '../sql-failure';

/** What one kind of DuckDB's messages means on the platform. The groups of the pattern are handed to `failure`. */
interface Translation {
  readonly pattern: RegExp;
  readonly failure: (groups: readonly string[], message: string) => SqlFailure;
}

const SQL_TYPES: ReadonlyMap<string, string> = new Map([
  ['INT8', 'TINYINT'],
  ['INT16', 'SMALLINT'],
  ['INT32', 'INT'],
  ['INT64', 'BIGINT'],
  ['BOOL', 'BOOLEAN'],
]);

function unresolvedColumn(name: string, message: string): SqlFailure {
  const candidates = /Candidate bindings: (.*)/.exec(message)?.[1] ?? '';
  const names = [...candidates.matchAll(/"([^"]*)"/g)].map((match) => backticked(match[1] ?? ''));
  const what = `A column, variable, or function parameter with name ${backticked(name)} cannot be resolved.`;
  if (names.length === 0) return new SqlFailure('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', what, '42703');
  const text = `${what} Did you mean one of the following? [${names.join(', ')}].`;
  return new SqlFailure('UNRESOLVED_COLUMN.WITH_SUGGESTION', text, '42703');
}

function invalidCast(value: string, type: string): SqlFailure {
  const target = SQL_TYPES.get(type) ?? type;
  return new SqlFailure(
    'CAST_INVALID_INPUT',
    `The value '${value}' of the type "STRING" cannot be cast to "${target}" because it is malformed. Correct the value as per the syntax, or change its target type. Use \`try_cast\` to tolerate malformed input and return NULL instead.`,
    '22018',
  );
}

const overflow = (): SqlFailure =>
  new SqlFailure(
    'ARITHMETIC_OVERFLOW',
    'Arithmetic overflow. Use \'try_cast\' or the \'try_\' form of the function to tolerate overflow and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error.',
    '22003',
  );

const mismatch = (): SqlFailure =>
  new SqlFailure(
    'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
    'Cannot resolve the expression due to data type mismatch: the types of its operands do not fit together. Cast them to one type.',
    '42K09',
  );

/** In this order; the first that fits counts. */
const TRANSLATIONS: readonly Translation[] = [
  {
    pattern: /\[DIVIDE_BY_ZERO\]/,
    failure: () =>
      new SqlFailure(
        'DIVIDE_BY_ZERO',
        'Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. If necessary set "ansi_mode" to "false" to bypass this error.',
        '22012',
      ),
  },
  {
    pattern: /Referenced column "([^"]*)"|^Binder Error: Column "([^"]*)" referenced that exists in the SELECT clause/,
    failure: ([name, own], message) => unresolvedColumn(name ?? own ?? '', message),
  },
  {
    pattern: /does not have a column named "([^"]*)"/,
    failure: ([name = ''], message) => unresolvedColumn(name, message),
  },
  {
    pattern: /Referenced table "([^"]*)" not found/,
    failure: ([name = ''], message) => unresolvedColumn(name, message),
  },
  {
    pattern: /Column "([^"]*)" in (?:EXCLUDE|REPLACE) list/,
    failure: ([name = ''], message) => unresolvedColumn(name, message),
  },
  {
    pattern: /Column with name ([^ ]+) does not exist|Could not find key "([^"]*)" in struct/,
    failure: ([first, second]) =>
      new SqlFailure('FIELD_NOT_FOUND', `No such struct field ${backticked(first ?? second ?? '')}.`, '42704'),
  },
  {
    pattern: /Ambiguous reference to (?:a )?column name "([^"]*)" \((?:use: )?(.*)\)/,
    failure: ([name = '', uses = '']) => {
      const could = [...uses.matchAll(/"([^"]*)"/g)].map((match) => backticked(...(match[1] ?? '').split('.')));
      return new SqlFailure(
        'AMBIGUOUS_REFERENCE',
        `Reference ${backticked(name)} is ambiguous, could be: [${could.join(', ')}].`,
        '42704',
      );
    },
  },
  {
    pattern: /column "?([^" ]*)"? must appear in the GROUP BY clause/,
    failure: ([name = '']) =>
      new SqlFailure(
        'MISSING_AGGREGATION',
        `The non-aggregating expression "${name}" is based on columns which are not participating in the GROUP BY clause.\nAdd the columns or the expression to the GROUP BY, aggregate the expression, or use "any_value(${name})" if you do not care which of the values within a group is returned.`,
        '42803',
      ),
  },
  {
    pattern: /aggregate function calls cannot be nested/,
    failure: () =>
      new SqlFailure(
        'NESTED_AGGREGATE_FUNCTION',
        'It is not allowed to use an aggregate function in the argument of another aggregate function. Please use the inner aggregate function in a sub-query.',
        '42607',
      ),
  },
  {
    pattern: /(WHERE|GROUP BY) clause cannot contain (?:aggregates|window functions)/,
    failure: ([clause = '']) =>
      new SqlFailure(
        `INVALID_${clause.replace(' ', '_')}_CONDITION`,
        `The ${clause} condition contains invalid expressions: aggregate or window functions.\nRewrite the query to avoid them.`,
        '42903',
      ),
  },
  {
    pattern: /same number of (?:result )?columns/,
    failure: () =>
      new SqlFailure(
        'NUM_COLUMNS_MISMATCH',
        'Set operations can only be performed on inputs with the same number of columns.',
        '42826',
      ),
  },
  {
    pattern: /More than one row returned by a subquery/,
    failure: () =>
      new SqlFailure(
        'SCALAR_SUBQUERY_TOO_MANY_ROWS',
        'More than one row returned by a subquery used as an expression.',
        '21000',
      ),
  },
  {
    pattern: /Subquery returns \d+ columns/,
    failure: () =>
      new SqlFailure(
        'INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN',
        'Invalid subquery: Scalar subquery must return only one column.',
        '42823',
      ),
  },
  {
    pattern: /Could not convert string ['"](.*)['"] to (\w+)/s,
    failure: ([value = '', type = '']) => invalidCast(value, type),
  },
  {
    pattern: /(?:invalid|Could not parse) (date|timestamp|time|interval) (?:field format: )?"([^"]*)"/i,
    failure: ([type = '', value = '']) => invalidCast(value, type.toUpperCase()),
  },
  {
    pattern: /(date|timestamp) field value out of range: "([^"]*)"/,
    failure: ([type = '', value = '']) => invalidCast(value, type.toUpperCase()),
  },
  {
    pattern: /Could not parse string "([^"]*)" according to format/,
    failure: ([value = '']) =>
      new SqlFailure(
        'CANNOT_PARSE_TIMESTAMP',
        `Text '${value}' could not be parsed. Use \`try_to_timestamp\` to tolerate invalid input string and return NULL instead.`,
        '22007',
      ),
  },
  { pattern: /^Out of Range Error|out of range|Overflow/, failure: overflow },
  {
    pattern: /^Out of Memory Error/,
    failure: () =>
      new SqlFailure('OUT_OF_MEMORY', 'The statement needs more memory than the warehouse has.', '53200', {
        errorCode: 'RESOURCE_EXHAUSTED',
      }),
  },
  { pattern: /expression depth limit|memory exhausted|stack/i, failure: (_, message) => tooComplex(message) },
  {
    pattern:
      /No function matches|best candidate function|Cannot compare|Cannot combine|Cannot mix|must be (?:a )?(?:boolean|numeric)|^Conversion Error|Unimplemented type for cast/,
    failure: mismatch,
  },
];

/** A failure of DuckDB in the platform's words. What it says about files of this machine is kept in the cause. */
export function toSqlFailure(thrown: unknown): unknown {
  if (thrown instanceof SqlFailure) return thrown;
  const message = messageOf(thrown).replace(/^Failed to extract statements: /, '');
  if (!OF_DUCKDB.test(message)) return thrown;
  for (const { pattern, failure } of TRANSLATIONS) {
    const match = pattern.exec(message);
    if (match !== null) return withCause(failure(match.slice(1), message), thrown);
  }
  const [line = ''] = message.split('\n');
  if (OF_A_FILE.test(line)) {
    return new SqlFailure('FAILED_READ_FILE.NO_HINT', 'Error while reading a file of the table.', 'KD001', {
      errorCode: 'IO_ERROR',
      cause: thrown,
    });
  }
  const text = `The feature is not supported: ${line.slice(line.indexOf(': ') + 2)}.`;
  return new SqlFailure('UNSUPPORTED_FEATURE.SQL', text, '0A000', { cause: thrown });
}

/** Whether DuckDB has found a fault in itself; it then refuses everything that is asked of the same instance. */
export function isFatal(thrown: unknown): boolean {
  return /^(?:FATAL|INTERNAL|Fatal|Internal) Error\b|database has been invalidated/.test(messageOf(thrown));
}

/** Kinds of errors that speak of files, and paths in any other. */
const OF_A_FILE = /^(?:IO|Permission|HTTP|Serialization) Error|parquet|\/[^/\s]+\//i;
const OF_DUCKDB = /^[A-Z][A-Za-z]*(?: [A-Za-z]+)* Error: /;

function withCause(failure: SqlFailure, cause: unknown): SqlFailure {
  failure.cause ??= cause;
  return failure;
}

/** Native modules throw errors of another realm than tests. */
function messageOf(thrown: unknown): string {
  const hasMessage = thrown !== null && typeof thrown === 'object' && 'message' in thrown;
  return hasMessage && typeof thrown.message === 'string' ? thrown.message : String(thrown);
}
