import { typeText, type DataType, type JsonValue, type StructField, type StructType } from '@lakescope/delta';
import type { SchemaChange } from '../run/run-options';

const TYPE_CHANGES = 'delta.typeChanges';
const INTEGERS = ['byte', 'short', 'integer', 'long'];

/** A column of new files has another type than the table, and no type of Delta's "Type Widening" holds both. */
export class TypeCannotWiden extends Error {
  constructor(
    readonly column: string,
    /** The table's type. */
    readonly from: string,
    /** The files' type. */
    readonly to: string,
  ) {
    super(`Column ${column} is ${from} in the table and ${to} in the files, and neither widens to the other`);
    this.name = new.target.name;
  }
}

export interface MergedSchema {
  /** `current` itself when nothing changes. */
  readonly schema: StructType;
  readonly changes: readonly SchemaChange[];
  /** The table needs the feature `typeWidening` and `delta.enableTypeWidening` = `true` in the same commit, or has them already. */
  readonly needsTypeWidening: boolean;
  /** A column is a time without zone: the table needs the feature `timestampNtz`, or has it already. */
  readonly needsTimestampNtz: boolean;
}

/**
 * The schema of a table after files with `columns`: new columns at its end, types as wide as both need, all nullable. Columns that the files do
 * not have stay and read as null. Names are compared without case, and the table's writing stays. Without `current` it is a new table's schema,
 * which changes nothing.
 */
export function mergeColumns(
  current: StructType | undefined,
  columns: readonly { readonly name: string; readonly type: DataType }[],
): MergedSchema {
  if (current === undefined) {
    const fields = columns.map(({ name, type }) => newField(name, type));
    return {
      schema: { type: 'struct', fields },
      changes: [],
      needsTypeWidening: false,
      needsTimestampNtz: hasNtz(fields),
    };
  }
  const fields = [...current.fields];
  const places = new Map(fields.map((field, place) => [field.name.toLowerCase(), place]));
  const changes: SchemaChange[] = [];
  for (const { name, type } of columns) {
    const place = places.get(name.toLowerCase());
    const field = place === undefined ? undefined : fields[place];
    if (place === undefined || field === undefined) {
      places.set(name.toLowerCase(), fields.length);
      fields.push(newField(name, type));
      changes.push({ column: name, kind: 'added', to: typeText(type) });
      continue;
    }
    const widened = widen(field, type);
    if (widened === undefined) continue;
    fields[place] = widened.field;
    changes.push(widened.change);
  }
  return {
    schema: changes.length === 0 ? current : { type: 'struct', fields },
    changes,
    needsTypeWidening: fields.some((field) => TYPE_CHANGES in field.metadata),
    needsTimestampNtz: hasNtz(fields),
  };
}

function newField(name: string, type: DataType): StructField {
  return { name, type, nullable: true, metadata: {} };
}

function hasNtz(fields: readonly StructField[]): boolean {
  return fields.some((field) => field.type === 'timestamp_ntz');
}

/** The field after files with `type`; undefined when they need no change of it. */
function widen(field: StructField, type: DataType): { field: StructField; change: SchemaChange } | undefined {
  const [table, files] = [typeText(field.type), typeText(type)];
  if (table === files) return undefined;
  const history = typeChanges(field);
  if (isWider(files, table)) {
    const change: SchemaChange = { column: field.name, kind: 'widened', from: table, to: files };
    return { field: withChange({ ...field, type }, history, table, files), change };
  }
  if (!isWider(table, files)) throw new TypeCannotWiden(field.name, table, files);
  // Older files of a wider table: readers only expect types that the history of the column names.
  if (history.some((entry) => isFrom(entry, files))) return undefined;
  const change: SchemaChange = { column: field.name, kind: 'widened', from: files, to: table };
  return { field: withChange(field, history, files, table), change };
}

function typeChanges(field: StructField): readonly JsonValue[] {
  const history = field.metadata[TYPE_CHANGES];
  return Array.isArray(history) ? history : [];
}

function isFrom(entry: JsonValue, type: string): boolean {
  return entry !== null && typeof entry === 'object' && !Array.isArray(entry) && entry['fromType'] === type;
}

function withChange(field: StructField, history: readonly JsonValue[], from: string, to: string): StructField {
  return { ...field, metadata: { ...field.metadata, [TYPE_CHANGES]: [...history, { fromType: from, toType: to }] } };
}

/**
 * Whether every reader of the feature reads files of type `narrow` as `wide` (PROTOCOL.md, "Type Widening"). The changes of kind that it also
 * allows (integer to double or decimal) are left to people: they change what a column means.
 */
function isWider(wide: string, narrow: string): boolean {
  const [from, to] = [INTEGERS.indexOf(narrow), INTEGERS.indexOf(wide)];
  if (from >= 0 && to >= 0) return to > from;
  if (narrow === 'float') return wide === 'double';
  const [small, large] = [decimal(narrow), decimal(wide)];
  if (small === undefined || large === undefined) return false;
  const scale = large.scale - small.scale;
  return scale >= 0 && large.precision - small.precision >= scale;
}

function decimal(type: string): { precision: number; scale: number } | undefined {
  const match = /^decimal\((\d+),(\d+)\)$/.exec(type);
  return match === null ? undefined : { precision: Number(match[1]), scale: Number(match[2]) };
}
