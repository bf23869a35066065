import { literal } from '../language/duckdb-text';
import type { Expression } from '../language/expression';
import { SqlFailure } from '../sql-failure';
import { strftimePattern } from './date-pattern';
import { asInt, as, written, type FunctionTable, type SparkFunction } from './spark-function';

const PLAIN = '%Y-%m-%d %H:%M:%S';
const now = as('now', 0);
const day = asInt('day', 1);
const date = (value: string | undefined): string => `CAST(${value} AS DATE)`;
const instant = (value: string | undefined): string => `CAST(${value} AS TIMESTAMPTZ)`;
/** In UTC, the zone of the session. */
const wallClock = (value: string | undefined): string => `CAST(${instant(value)} AS TIMESTAMP)`;
const wholeDays = (value: string | undefined): string => `CAST(${value} AS INTEGER)`;

const UNITS: ReadonlyMap<string, string> = new Map(
  ['microsecond', 'millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'].flatMap(
    (unit): [string, string][] => [
      [unit, unit],
      [`${unit}s`, unit],
    ],
  ),
);

/** The unit of `date_add(DAY, 1, x)`: a bare word, or a text. */
function unitOf(argument: Expression | undefined): string {
  const word = (argument?.text ?? argument?.name ?? '').toLowerCase();
  const unit = word === 'dayofyear' ? 'day' : UNITS.get(word);
  if (unit !== undefined) return unit;
  throw new SqlFailure(
    'INVALID_PARAMETER_VALUE.DATETIME_UNIT',
    `The value of parameter(s) \`unit\` in the function is invalid: expects one of the units without quotes YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, but got ${word}.`,
    '22023',
  );
}

function added(unit: string, count: string | undefined, value: string | undefined): string {
  const steps = unit === 'quarter' ? `3 * (${count})` : count;
  const name = unit === 'quarter' ? 'month' : unit;
  return `(${instant(value)} + to_${name}s(CAST(${steps} AS ${name === 'second' || name.endsWith('isecond') ? 'BIGINT' : 'INTEGER'})))`;
}

function dateAdd(sign: '+' | '-'): SparkFunction {
  return written(2, 3, (args, expressions) => {
    const [first, second, third] = args;
    if (third !== undefined) return added(unitOf(expressions[0]), second, third);
    return `(${date(first)} ${sign} ${wholeDays(second)})`;
  });
}

const dateDiff = written(2, 3, (args, expressions) => {
  const [first, second, third] = args;
  // Units that are complete; without a unit, days between the dates.
  if (third !== undefined) return `date_sub(${literal(unitOf(expressions[0]))}, ${instant(second)}, ${instant(third)})`;
  return `CAST(date_diff('day', ${date(second)}, ${date(first)}) AS INTEGER)`;
});

/** `date_trunc` and `trunc` take short names of units as well. */
function unitText(value: string | undefined): string {
  return `CASE upper(${value}) WHEN 'YYYY' THEN 'year' WHEN 'YY' THEN 'year' WHEN 'MM' THEN 'month' WHEN 'MON' THEN 'month' WHEN 'Q' THEN 'quarter' WHEN 'DD' THEN 'day' ELSE lower(${value}) END`;
}

function patternOf(argument: Expression | undefined): string {
  if (argument?.text !== undefined) return literal(strftimePattern(argument.text));
  throw new SqlFailure(
    'UNSUPPORTED_FEATURE.DATETIME_PATTERN',
    'The feature is not supported: a datetime pattern that is not a literal.',
    '0A000',
  );
}

function parsed(type: 'DATE' | 'TIMESTAMPTZ', parser = 'strptime', caster = 'CAST'): SparkFunction {
  return written(1, 2, ([value, pattern], expressions) =>
    pattern === undefined
      ? `${caster}(${value} AS ${type})`
      : `CAST(${parser}(${value}, ${patternOf(expressions[1])}) AS ${type})`,
  );
}

const dateAddition = dateAdd('+');

/** Dates and times; the session's zone is UTC. */
export const DATE_FUNCTIONS: FunctionTable = {
  add_months: written(2, 2, ([value, months]) => date(`${date(value)} + to_months(${wholeDays(months)})`)),
  curdate: written(0, 0, () => 'current_date'),
  current_date: written(0, 0, () => 'current_date'),
  current_timestamp: now,
  current_timezone: written(0, 0, () => `'UTC'`),
  date: written(1, 1, ([value]) => date(value)),
  date_add: dateAddition,
  date_diff: dateDiff,
  date_format: written(2, 2, ([value], expressions) => `strftime(${wallClock(value)}, ${patternOf(expressions[1])})`),
  date_from_unix_date: written(1, 1, ([days]) => `(DATE '1970-01-01' + ${wholeDays(days)})`),
  date_part: asInt('date_part', 2),
  date_sub: dateAdd('-'),
  date_trunc: written(2, 2, ([unit, value]) => `date_trunc(${unitText(unit)}, ${instant(value)})`),
  dateadd: dateAddition,
  datediff: dateDiff,
  day,
  dayofmonth: day,
  // From Sunday as 1.
  dayofweek: written(1, 1, ([value]) => `CAST(dayofweek(${date(value)}) + 1 AS INTEGER)`),
  dayofyear: asInt('dayofyear', 1),
  from_unixtime: written(
    1,
    2,
    ([seconds, pattern], expressions) =>
      `strftime(CAST(to_timestamp(${seconds}) AS TIMESTAMP), ${pattern === undefined ? literal(PLAIN) : patternOf(expressions[1])})`,
  ),
  hour: asInt('hour', 1),
  last_day: written(1, 1, ([value]) => `last_day(${date(value)})`),
  make_date: as('make_date', 3),
  minute: asInt('minute', 1),
  month: asInt('month', 1),
  now,
  quarter: asInt('quarter', 1),
  second: asInt('second', 1),
  timestamp: written(1, 1, ([value]) => instant(value)),
  timestamp_micros: written(1, 1, ([value]) => instant(`make_timestamp(${value})`)),
  timestamp_millis: written(1, 1, ([value]) => instant(`epoch_ms(CAST(${value} AS BIGINT))`)),
  timestamp_seconds: as('to_timestamp', 1),
  timestampadd: dateAddition,
  timestampdiff: dateDiff,
  to_date: parsed('DATE'),
  to_timestamp: parsed('TIMESTAMPTZ'),
  to_unix_timestamp: written(1, 1, ([value]) => `CAST(floor(epoch(${instant(value)})) AS BIGINT)`),
  trunc: written(2, 2, ([value, unit]) => date(`date_trunc(${unitText(unit)}, ${date(value)})`)),
  try_to_date: parsed('DATE', 'try_strptime', 'TRY_CAST'),
  try_to_timestamp: parsed('TIMESTAMPTZ', 'try_strptime', 'TRY_CAST'),
  unix_date: written(1, 1, ([value]) => `CAST(date_diff('day', DATE '1970-01-01', ${date(value)}) AS INTEGER)`),
  unix_micros: written(1, 1, ([value]) => `epoch_us(${instant(value)})`),
  unix_millis: written(1, 1, ([value]) => `epoch_ms(${instant(value)})`),
  unix_seconds: written(1, 1, ([value]) => `CAST(floor(epoch(${instant(value)})) AS BIGINT)`),
  unix_timestamp: written(0, 1, ([value = 'now()']) => `CAST(floor(epoch(${instant(value)})) AS BIGINT)`),
  // From Monday as 0.
  weekday: written(1, 1, ([value]) => `CAST(isodow(${date(value)}) - 1 AS INTEGER)`),
  weekofyear: asInt('weekofyear', 1),
  year: asInt('year', 1),
};
