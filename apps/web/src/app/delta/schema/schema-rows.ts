import { type TableColumnDto, type TableFieldDto } from '@lakescope/web-api';
import { type ColumnFact, columnFacts } from './column-facts';
import { type TypeNode, typeTree } from './type-tree';

/** What the schema says of a column or of a part of one, besides name and type. */
export interface FieldNotes {
  readonly nullable: boolean | null;
  readonly comment: string | null;
  readonly physicalName: string | null;
  readonly generatedAs: string | null;
  /** Places among the columns of its kind, counted from 1. */
  readonly partition: number | undefined;
  readonly clustering: number | undefined;
  readonly facts: readonly ColumnFact[];
}

export interface SchemaRow {
  /** Unique within the table; built from positions, since names may repeat between levels. */
  readonly id: string;
  readonly depth: number;
  readonly name: string;
  readonly type: string;
  readonly isFolded: boolean | undefined;
  /** Missing of parts that only the warehouse tells of: they have a name and a type. */
  readonly notes: FieldNotes | undefined;
}

/** A column or a part of one, wherever it comes from. */
interface Node {
  readonly name: string;
  readonly type: string;
  readonly notes: FieldNotes | undefined;
  readonly children: readonly Node[];
}

function notesOf(field: TableFieldDto | TableColumnDto): FieldNotes {
  const partition = 'partition_index' in field ? field.partition_index : null;
  return {
    nullable: field.nullable,
    comment: field.comment,
    physicalName: field.physical_name,
    generatedAs: field.generation_expression,
    partition: partition === null ? undefined : partition + 1,
    clustering: field.clustering_index === null ? undefined : field.clustering_index + 1,
    facts: columnFacts(field.metadata),
  };
}

/** Of structs the parts say the rest; a list of plain values is said by its type already. */
function fieldNode(field: TableFieldDto | TableColumnDto, fields: readonly TableFieldDto[]): Node {
  const { name, type } = field;
  const isStruct = type === 'struct' || type.startsWith('struct<');
  const isWorthUnfolding = isStruct || fields.some((part) => part.fields.length > 0);
  return {
    name,
    type: isStruct ? 'struct' : type,
    notes: notesOf(field),
    children: isWorthUnfolding ? fields.map((part) => fieldNode(part, part.fields)) : [],
  };
}

function typeNode({ name, type, children }: TypeNode, notes: FieldNotes | undefined): Node {
  return { name, type, notes, children: children.map((child) => typeNode(child, undefined)) };
}

function columnNode(column: TableColumnDto): Node {
  if (column.fields !== null) return fieldNode(column, column.fields);
  return typeNode(typeTree(column.name, column.type), notesOf(column));
}

function rowsOf(node: Node, id: string, depth: number, open: ReadonlySet<string>): readonly SchemaRow[] {
  const { name, type, notes, children } = node;
  const isFolded = children.length === 0 ? undefined : !open.has(id);
  const row = { id, depth, name, type, isFolded, notes };
  if (isFolded !== false) return [row];
  return [row, ...children.flatMap((child, index) => rowsOf(child, `${id}.${index}`, depth + 1, open))];
}

/** The rows to show: columns whose name contains the filter, and the parts of those that are unfolded. */
export function visibleRows(
  columns: readonly TableColumnDto[],
  open: ReadonlySet<string>,
  filter: string,
): readonly SchemaRow[] {
  const wanted = filter.trim().toLowerCase();
  return columns.flatMap((column, index) =>
    column.name.toLowerCase().includes(wanted) ? rowsOf(columnNode(column), String(index), 0, open) : [],
  );
}
