import { STOP, type CompactReader } from './compact-reader';

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

/** `SchemaElement` of parquet.thrift. */
export interface SchemaElement {
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

/** Reads one struct of the list `schema`. */
export function readElement(reader: CompactReader): SchemaElement {
  const element: SchemaElement = {
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

function readLogicalType(reader: CompactReader, element: SchemaElement): void {
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

function readDecimal(reader: CompactReader, element: SchemaElement): void {
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

/** What the type stands for, by the newer annotation where there is one: its name and detail; none for plain bytes and numbers. */
export function annotation(element: SchemaElement): readonly [string, string] {
  if (element.logical !== undefined) return [element.logical, element.detail];
  if (element.converted === undefined) return ['', ''];
  const [name, detail] = CONVERTED[element.converted] ?? [`CONVERTED TYPE ${element.converted}`];
  return [name, detail ?? ''];
}
