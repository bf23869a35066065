import { SchemaEnforcementError } from '../schema-enforcement-error';
import type { Column, ScalarType } from '../signature';
import { castCell, CastFailure, LossyCast } from './cast-cell';
import type { Frame } from './frame';
import { numpyName } from './signature-text';

/** What `pandas.read_csv` takes for a missing value. */
const MISSING = new Set(
  '|#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null'.split('|'),
);

/**
 * Rows of CSV with a header, as MLflow's server has pandas read them by the types of the signature; a column it does not name
 * is read as text. Throws `SchemaEnforcementError`.
 */
export function readCsv(text: string, columns: readonly Column[]): Frame {
  const [header, ...rows] = recordsOf(text.replace(/^\uFEFF/, ''));
  if (header === undefined) throw notCsv('No columns to parse from file');
  rows.forEach((row, index) => {
    if (row.length <= header.length) return;
    throw notCsv(
      `Error tokenizing data. C error: Expected ${header.length} fields in line ${index + 2}, saw ${row.length}\n`,
    );
  });
  const types = new Map(columns.map(({ name, type }, index) => [name ?? header[index], type]));
  // pandas tells columns of the same name apart by a number.
  const names = header.map((name, index) => {
    const earlier = header.slice(0, index).filter((other) => other === name).length;
    return earlier === 0 ? name : `${name}.${earlier}`;
  });
  const cells = names.map((name, index) => {
    const type = types.get(name);
    const texts = rows.map((row) => row[index] ?? '');
    return type?.kind === 'scalar' ? typed(texts, type.scalar, index) : texts.map(orMissing);
  });
  return { names, columns: cells, length: rows.length };
}

function typed(texts: readonly string[], type: ScalarType, column: number): unknown[] {
  if (type === 'datetime') {
    throw notCsv('the dtype datetime64[ns] is not supported for parsing, pass this column using parse_dates instead');
  }
  if (type === 'string' || type === 'binary') return texts.map(orMissing);
  const isInteger = type === 'integer' || type === 'long';
  if (isInteger && texts.some((text) => MISSING.has(text)))
    throw notCsv(`Integer column has NA values in column ${column}`);
  const wrong = (from: string): SchemaEnforcementError =>
    notCsv(`cannot safely convert passed user dtype of ${numpyName(type)} for ${from} dtyped data in column ${column}`);
  if (type === 'boolean') return texts.map((text) => truthOf(text) ?? throwing(wrong('object')));
  // One fraction makes the whole column one of floats.
  if (isInteger && texts.some((text) => /^\s*[+-]?(\d+\.\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)))
    throw wrong('float64');
  try {
    return texts.map((text) => castCell(orMissing(text), type));
  } catch (error) {
    if (error instanceof LossyCast) throw wrong(error.from);
    if (error instanceof CastFailure) throw notCsv(error.message);
    throw error;
  }
}

function truthOf(text: string): boolean | undefined {
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : undefined;
}

function throwing(error: Error): never {
  throw error;
}

function orMissing(text: string): string | null {
  return MISSING.has(text) ? null : text;
}

/** RFC 4180: commas, quotes that are doubled inside of quotes, any line ending. Empty lines are no records. */
function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  const end = (): void => {
    if (fields.length > 1 || fields[0] !== '') records.push(fields);
    fields = [];
  };
  const FIELD = /(?:"((?:[^"]|"")*)"([^,\r\n]*)|([^,\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (FIELD.lastIndex <= text.length) {
    const [whole, inner, rest, plain, mark] = FIELD.exec(text) ?? [];
    // A quote that never ends.
    if (whole === undefined || plain?.startsWith('"') === true) {
      throw notCsv(`Error tokenizing data. C error: EOF inside string starting at row ${records.length}`);
    }
    fields.push(inner === undefined ? (plain ?? '') : inner.replaceAll('""', '"') + (rest ?? ''));
    if (mark !== ',') end();
    if (mark === '') return records;
  }
  return records;
}

function notCsv(error: string): SchemaEnforcementError {
  return new SchemaEnforcementError(
    `Failed to parse input as a Pandas DataFrame. Ensure that the input is a valid CSV-formatted Pandas DataFrame produced using the \`pandas.DataFrame.to_csv()\` method. Error: '${error}'`,
  );
}
