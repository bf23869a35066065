import type { DataType } from '@lakescope/delta';
import { BadDataFile } from './bad-data-file';
import { corrupt, type CompactReader } from './compact-reader';
import { deltaType, PHYSICAL, type BoundKind } from './delta-type';
import { annotation, readElement, type SchemaElement } from './schema-element';

/** More columns are in no table that a person made. */
const MOST_COLUMNS = 10_000;
const REPEATED = 2;

/** A column of a parquet file as a Delta table sees it. */
export interface FooterColumn {
  readonly name: string;
  /** The name as JSON. */
  readonly key: string;
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

/** The columns of a file, and what is told of them. */
export interface FooterColumns {
  readonly all: readonly FooterColumn[];
  readonly told: readonly { readonly name: string; readonly type: DataType }[];
}

/** Schemas as they stand in footers; the last one seen is the first. A table's files have the same one for months. */
const seen: { readonly bytes: Buffer; readonly columns: FooterColumns }[] = [];
const MOST_SEEN = 64;
const LARGEST_SEEN = 16 * 1_024;

/**
 * The columns by the list `schema` of a `FileMetaData`; the same object for the same bytes, as long as they are among the last schemas that were
 * read. Throws BadDataFile.
 */
export function readColumns(reader: CompactReader): FooterColumns {
  for (let index = 0; index < seen.length; index += 1) {
    const known = seen[index];
    if (known === undefined || !reader.take(known.bytes)) continue;
    if (index > 0) {
      seen.splice(index, 1);
      seen.unshift(known);
    }
    return known.columns;
  }
  const start = reader.position;
  const all = parseColumns(reader);
  const columns = { all, told: all.map(({ name, type }) => ({ name, type })) };
  const bytes = reader.copyFrom(start);
  if (bytes.length <= LARGEST_SEEN) seen.unshift({ bytes, columns });
  if (seen.length > MOST_SEEN) seen.pop();
  return columns;
}

/** Reads the list `schema`. Only flat files have a meaning here: the columns of change data are never nested. */
function parseColumns(reader: CompactReader): FooterColumn[] {
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

function asColumn(element: SchemaElement): FooterColumn {
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
  return {
    name,
    key: JSON.stringify(name),
    type,
    nameBytes: Buffer.from(element.name),
    physical,
    bounds,
    scale,
    isRequired: element.repetition === 0,
  };
}

function unsupported(sentence: string): BadDataFile {
  return new BadDataFile('UNSUPPORTED_COLUMN', sentence);
}
