import { literal } from '../duckdb/sql';
import { InvalidRequest } from '../errors';
import { duckdbType, parseDecimal } from '../schema/duckdb-type';
import { typeText, type DataType, type JsonValue } from '../schema/types';

const WHOLE = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const NOT_FINITE = /^([+-]?inf(inity)?|nan)$/i;
const DATE = /^[+-]?\d{4,}-\d{2}-\d{2}$/;
const TIME = /^[+-]?\d{4,}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * A value of a filter as an expression of the column's type. DuckDB would round what a type cannot hold (1.7 for an
 * integer, a third digit for `decimal(10,2)`), and the answer would be that of another question, so it is refused.
 */
export function valueSql(value: JsonValue, type: DataType, column: string): string {
  const refused = (): InvalidRequest =>
    new InvalidRequest(`${JSON.stringify(value)} is no ${typeText(type)}, which column ${JSON.stringify(column)} is`);
  if (typeof type !== 'string' || value === null || typeof value === 'object') throw refused();
  const text = String(value);
  const cast = (isOfType: boolean): string => {
    if (!isOfType) throw refused();
    return `CAST(${textSql(text)} AS ${duckdbType(type)})`;
  };
  switch (type) {
    case 'string':
      return textSql(text);
    case 'long':
    case 'integer':
    case 'short':
    case 'byte':
      return cast(WHOLE.test(text));
    case 'float':
    case 'double':
      return cast(NUMBER.test(text) || NOT_FINITE.test(text));
    case 'boolean':
      return cast(/^(true|false)$/i.test(text));
    case 'date':
      return cast(DATE.test(text));
    case 'timestamp':
      return cast(TIME.test(text));
    case 'timestamp_ntz':
      return cast(TIME.exec(text)?.[1] === undefined && TIME.test(text));
    case 'binary':
      if (typeof value !== 'string' || !BASE64.test(text)) throw refused();
      return `from_base64(${literal(text)})`;
  }
  const decimal = parseDecimal(type);
  if (decimal === undefined) throw refused();
  const digits = /^[+-]?\d+(?:\.(\d*?)0*)?$/.exec(text);
  return cast(digits !== null && (digits[1] ?? '').length <= decimal.scale);
}

/** A literal that holds any text: statements end at a NUL. */
export function textSql(text: string): string {
  return text.includes('\0') ? `decode(from_base64(${literal(Buffer.from(text).toString('base64'))}))` : literal(text);
}

/** Whether a value can only be compared as the last of its type, as DuckDB orders floats. */
export function isNaNText(value: JsonValue): boolean {
  return typeof value === 'string' && /^nan$/i.test(value);
}
