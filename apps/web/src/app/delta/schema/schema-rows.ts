import { type TableColumnDto } from '@lakescope/web-api';
import { type ColumnFact, columnFacts } from './column-facts';
import { type TypeNode, typeTree } from './type-tree';

export interface SchemaRow {
  /** Unique within the table; built from positions, since names may repeat between levels. */
  readonly id: string;
  readonly depth: number;
  readonly name: string;
  readonly type: string;
  readonly isFolded: boolean | undefined;
  /** Present on columns; parts of a nested type have a name and a type only. */
  readonly column: (TableColumnDto & { readonly facts: readonly ColumnFact[] }) | undefined;
}

function partsOf(node: TypeNode, id: string, depth: number, open: ReadonlySet<string>): readonly SchemaRow[] {
  return node.children.flatMap((child, index) => {
    const childId = `${id}.${index}`;
    const isFolded = child.children.length === 0 ? undefined : !open.has(childId);
    const row = { id: childId, depth, name: child.name, type: child.type, isFolded, column: undefined };
    return isFolded === false ? [row, ...partsOf(child, childId, depth + 1, open)] : [row];
  });
}

/** The rows to show: columns whose name contains the filter, and the parts of those that are unfolded. */
export function visibleRows(
  columns: readonly TableColumnDto[],
  open: ReadonlySet<string>,
  filter: string,
): readonly SchemaRow[] {
  const wanted = filter.trim().toLowerCase();
  return columns.flatMap((column, index) => {
    if (!column.name.toLowerCase().includes(wanted)) return [];
    const id = String(index);
    const tree = typeTree(column.name, column.type);
    const isFolded = tree.children.length === 0 ? undefined : !open.has(id);
    const row: SchemaRow = {
      id,
      depth: 0,
      name: column.name,
      type: tree.type,
      isFolded,
      column: { ...column, facts: columnFacts(column.metadata) },
    };
    return isFolded === false ? [row, ...partsOf(tree, id, 1, open)] : [row];
  });
}
