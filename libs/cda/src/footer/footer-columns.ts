import type { DataType } from '@lakescope/delta';
import { BadDataFile } from './bad-data-file';
import { corrupt, STOP, type CompactReader } from './compact-reader';

/** More columns are in no table that a person made. */
const MOST_COLUMNS = 10_000;
const PHYSICAL = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const;
/** Numbers of the physical types in parquet.thrift. */
const BOOLEAN = 0;
export const INT32 = 1;
export const INT64 = 2;
const INT96 = 3;
export const FLOAT = 4;
export const DOUBLE = 5;
const BYTE_ARRAY = 6;
const FIXED = 7;
/** `LogicalType` of parquet.thrift: the names by the number of the union's field. */
const LOGICAL = [
  '',
  'STRING',
  'MAP',
  'LIST',
  'ENUM',
  'DECIMAL',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'INTERVAL',
  'INTEGER',
  'UNKNOWN',
  'JSON',
  'BSON',
  'UUID',
  'FLOAT16',
  'VARIANT',
  'GEOMETRY',
  'GEOGRAPHY',
];
/** What the older `ConvertedType` says in the words of the newer one: [name, detail]. */
const CONVERTED: readonly (readonly [string, string?])[] = [
  ['STRING'],
  ['MAP'],
  ['MAP'],
  ['LIST'],
  ['ENUM'],
  ['DECIMAL'],
  ['DATE'],
  ['TIME'],
  ['TIME'],
  ['TIMESTAMP', 'UTC MILLIS'],
  ['TIMESTAMP', 'UTC MICROS'],
  ['INTEGER', 'UNSIGNED 8'],
  ['INTEGER', 'UNSIGNED 16'],
  ['INTEGER', 'UNSIGNED 32'],
  ['INTEGER', 'UNSIGNED 64'],
  ['INTEGER', '8'],
  ['INTEGER', '16'],
  ['INTEGER', '32'],
  ['INTEGER', '64'],
  ['JSON'],
  ['BSON'],
  ['INTERVAL'],
];
const UNITS = ['', 'MILLIS', 'MICROS', 'NANOS'];
const REPEATED = 2;
const MOST_DIGITS = 38;

/** How the bounds of a column are stored, and so how they are read and compared. */
export type BoundKind =
  'int32' | 'int64' | 'float' | 'double' | 'date' | 'micros' | 'millis' | 'string' | 'decimal' | 'none';

/** A column of a parquet file as a Delta table sees it. */
export interface FooterColumn {
  readonly name: string;
  readonly type: DataType;
  /** The name as its bytes are in the footer. */
  readonly nameBytes: Buffer;
  /** Number of the physical type in parquet.thrift. */
  readonly physical: number;
  readonly bounds: BoundKind;
  /** Digits behind the point of a decimal. */
  readonly scale: number;
  readonly isRequired: boolean;
}

/** `SchemaElement` of parquet.thrift. */
interface Element {
  physical: number | undefined;
  repetition: number;
  name: Buffer;
  children: number;
  converted: number | undefined;
  scale: number;
  precision: number;
  logical: string | undefined;
  /** Unit and zone of a time, width and sign of a number. */
  detail: string;
}

/** Reads the list `schema` of a `FileMetaData`. Only flat files have a meaning here: the columns of change data are never nested. */
export function readColumns(reader: CompactReader): FooterColumn[] {
  const length = reader.structs();
  if (length === 0) throw corrupt('it has no schema');
  const root = readElement(reader);
  if (length - 1 > MOST_COLUMNS) {
    throw new BadDataFile('UNSUPPORTED_COLUMN', `The file has more than ${MOST_COLUMNS} columns`);
  }
  const columns: FooterColumn[] = [];
  const names = new Set<string>();
  for (let index = 1; index < length; index += 1) {
    const column = asColumn(readElement(reader));
    const name = column.name.toLowerCase();
    if (names.has(name))
      throw unsupported(`There are two columns ${column.name}; a table tells no upper from lower case`);
    names.add(name);
    columns.push(column);
  }
  if (columns.length === 0) throw new BadDataFile('UNSUPPORTED_COLUMN', 'The file has no columns');
  if (root.children !== columns.length) throw corrupt('its schema does not have the columns it says');
  return columns;
}

function readElement(reader: CompactReader): Element {
  const element: Element = {
    physical: undefined,
    repetition: 0,
    name: Buffer.alloc(0),
    children: 0,
    converted: undefined,
    scale: 0,
    precision: 0,
    logical: undefined,
    detail: '',
  };
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) element.physical = reader.integer();
    else if (id === 3) element.repetition = reader.integer();
    else if (id === 4) element.name = reader.binary();
    else if (id === 5) element.children = reader.integer();
    else if (id === 6) element.converted = reader.integer();
    else if (id === 7) element.scale = reader.integer();
    else if (id === 8) element.precision = reader.integer();
    else if (id === 10) readLogicalType(reader, element);
    else reader.skip();
  }
  return element;
}

function readLogicalType(reader: CompactReader, element: Element): void {
  reader.struct();
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    element.logical = LOGICAL[id] ?? `LOGICAL TYPE ${id}`;
    reader.struct();
    if (element.logical === 'DECIMAL') readDecimal(reader, element);
    else if (element.logical === 'TIMESTAMP') element.detail = readTimestamp(reader);
    else if (element.logical === 'INTEGER') element.detail = readInteger(reader);
    else reader.skipRest(0);
  }
}

function readDecimal(reader: CompactReader, element: Element): void {
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) element.scale = reader.integer();
    else if (id === 2) element.precision = reader.integer();
    else reader.skip();
  }
}

function readTimestamp(reader: CompactReader): string {
  let isUtc = false;
  let unit = '';
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) isUtc = reader.boolean();
    else if (id === 2) unit = readUnit(reader);
    else reader.skip();
  }
  return isUtc ? `UTC ${unit}` : unit;
}

function readUnit(reader: CompactReader): string {
  let unit = '';
  reader.struct();
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    unit = UNITS[id] ?? `UNIT ${id}`;
    reader.skip();
  }
  return unit;
}

function readInteger(reader: CompactReader): string {
  let bits = 0;
  let isSigned = false;
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) bits = reader.integer();
    else if (id === 2) isSigned = reader.boolean();
    else reader.skip();
  }
  return isSigned ? String(bits) : `UNSIGNED ${bits}`;
}

function asColumn(element: Element): FooterColumn {
  const name = element.name.toString('utf8');
  // Without column mapping these are what Delta refuses in names.
  if (name === '' || /[ ,;{}()\n\t=]/.test(name)) {
    throw unsupported(`A column is named ${JSON.stringify(name)}, which a Delta table cannot have`);
  }
  const { physical } = element;
  if (physical === undefined || element.children > 0) throw unsupported(`Column ${name} is nested`);
  if (element.repetition === REPEATED) throw unsupported(`Column ${name} is a list`);
  if (PHYSICAL[physical] === undefined) throw corrupt(`column ${name} has an unknown type`);
  const [type, bounds] = deltaType(physical, annotation(element), element) ?? [];
  if (type === undefined || bounds === undefined) {
    const text = [PHYSICAL[physical], ...annotation(element)].filter((part) => part !== '').join(' ');
    throw unsupported(`Column ${name} has the parquet type ${text}, which has no Delta type`);
  }
  const scale = bounds === 'decimal' ? element.scale : 0;
  return { name, type, nameBytes: element.name, physical, bounds, scale, isRequired: element.repetition === 0 };
}

/** What the type stands for, by the newer annotation where there is one: its name and detail; none for plain bytes and numbers. */
function annotation(element: Element): readonly [string, string] {
  if (element.logical !== undefined) return [element.logical, element.detail];
  if (element.converted === undefined) return ['', ''];
  const [name, detail] = CONVERTED[element.converted] ?? [`CONVERTED TYPE ${element.converted}`];
  return [name, detail ?? ''];
}

function deltaType(
  physical: number,
  [name, detail]: readonly [string, string],
  { scale, precision }: Element,
): readonly [DataType, BoundKind] | undefined {
  if (name === 'DECIMAL') {
    const isWhole = physical === INT32 || physical === INT64 || physical === BYTE_ARRAY || physical === FIXED;
    if (!isWhole || precision < 1 || precision > MOST_DIGITS || scale < 0 || scale > precision) return undefined;
    return [`decimal(${precision},${scale})`, 'decimal'];
  }
  if (name === '') {
    switch (physical) {
      case BOOLEAN:
        return ['boolean', 'none'];
      case INT32:
        return ['integer', 'int32'];
      case INT64:
        return ['long', 'int64'];
      case INT96:
        return ['timestamp', 'none'];
      case FLOAT:
        return ['float', 'float'];
      case DOUBLE:
        return ['double', 'double'];
      default:
        return ['binary', 'none'];
    }
  }
  switch (physical) {
    case INT32:
      if (name === 'DATE') return ['date', 'date'];
      if (name === 'INTEGER' && detail === '32') return ['integer', 'int32'];
      if (name === 'INTEGER' && detail === '16') return ['short', 'int32'];
      return name === 'INTEGER' && detail === '8' ? ['byte', 'int32'] : undefined;
    case INT64:
      if (name === 'INTEGER' && detail === '64') return ['long', 'int64'];
      if (name !== 'TIMESTAMP') return undefined;
      if (detail === 'UTC MICROS') return ['timestamp', 'micros'];
      if (detail === 'UTC MILLIS') return ['timestamp', 'millis'];
      if (detail === 'MICROS') return ['timestamp_ntz', 'micros'];
      return detail === 'MILLIS' ? ['timestamp_ntz', 'millis'] : undefined;
    case BYTE_ARRAY:
      if (name === 'STRING' || name === 'ENUM' || name === 'JSON') return ['string', 'string'];
      return name === 'BSON' ? ['binary', 'none'] : undefined;
    default:
      return undefined;
  }
}

function unsupported(sentence: string): BadDataFile {
  return new BadDataFile('UNSUPPORTED_COLUMN', sentence);
}
