import type { DataType, StructField, StructType } from '../schema/types';
import { typeText } from '../schema/types';

/** A column as one version has it; one of a struct has a dotted name: `address.city`, and `tags.element.name` inside a list. */
export interface DescribedColumn {
  name: string;
  type: string;
  nullable: boolean;
  metadata: StructField['metadata'];
}

/** What differs between the columns of two versions. */
export interface SchemaDiff {
  added: DescribedColumn[];
  removed: DescribedColumn[];
  /** Renamed, of another type or nullability, or with other metadata. */
  changed: { name: string; before: DescribedColumn; after: DescribedColumn }[];
}

/**
 * What differs between two schemas. Under column mapping a column keeps its id when it is renamed (PROTOCOL.md, "Column Mapping"), so it
 * is found by that; otherwise by its name.
 */
export function schemaDiff(before: StructType, after: StructType): SchemaDiff {
  const diff: SchemaDiff = { added: [], removed: [], changed: [] };
  compareFields({ before: before.fields, after: after.fields }, { before: '', after: '' }, diff);
  return diff;
}

interface Sides<T> {
  before: T;
  after: T;
}

function compareFields(fields: Sides<readonly StructField[]>, prefix: Sides<string>, diff: SchemaDiff): void {
  const byIdentity = new Map(fields.after.map((field) => [identity(field), field]));
  const found = new Set<StructField>();
  for (const before of fields.before) {
    const after = byIdentity.get(identity(before));
    if (after === undefined) {
      diff.removed.push(described(before, prefix.before));
      continue;
    }
    found.add(after);
    const one = described(before, prefix.before);
    const other = described(after, prefix.after);
    if (isOther(before, after)) diff.changed.push({ name: other.name, before: one, after: other });
    compareTypes({ before: before.type, after: after.type }, { before: one.name, after: other.name }, diff);
  }
  diff.added.push(...fields.after.filter((field) => !found.has(field)).map((field) => described(field, prefix.after)));
}

/** Goes down where both sides have the same kind of nesting; otherwise the column itself has changed. */
function compareTypes({ before, after }: Sides<DataType>, name: Sides<string>, diff: SchemaDiff): void {
  if (typeof before === 'string' || typeof after === 'string') return;
  const inside = (part: string): Sides<string> => ({
    before: `${name.before}.${part}`,
    after: `${name.after}.${part}`,
  });
  if (before.type === 'struct' && after.type === 'struct') {
    compareFields({ before: before.fields, after: after.fields }, name, diff);
  } else if (before.type === 'array' && after.type === 'array') {
    compareTypes({ before: before.elementType, after: after.elementType }, inside('element'), diff);
  } else if (before.type === 'map' && after.type === 'map') {
    compareTypes({ before: before.keyType, after: after.keyType }, inside('key'), diff);
    compareTypes({ before: before.valueType, after: after.valueType }, inside('value'), diff);
  }
}

function isOther(before: StructField, after: StructField): boolean {
  return (
    before.name !== after.name ||
    before.nullable !== after.nullable ||
    JSON.stringify(before.metadata) !== JSON.stringify(after.metadata) ||
    ownType(before.type) !== ownType(after.type)
  );
}

/** The type without the fields of structs in it, which are columns of their own here. */
function ownType(type: DataType): string {
  if (typeof type === 'string') return type;
  if (type.type === 'struct') return 'struct';
  if (type.type === 'array') return `array<${ownType(type.elementType)},${type.containsNull}>`;
  return `map<${ownType(type.keyType)},${ownType(type.valueType)},${type.valueContainsNull}>`;
}

function identity(field: StructField): string {
  const id = field.metadata['delta.columnMapping.id'];
  return id === undefined ? `name ${field.name}` : `id ${String(id)}`;
}

function described(field: StructField, prefix: string): DescribedColumn {
  return {
    name: prefix === '' ? field.name : `${prefix}.${field.name}`,
    type: typeText(field.type),
    nullable: field.nullable,
    metadata: field.metadata,
  };
}
