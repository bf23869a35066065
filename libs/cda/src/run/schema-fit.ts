import type { StructType, TableHead } from '@lakescope/delta';
import { mergeColumns } from '../schema/merge-schema';
import type { FolderColumns } from './prepare-folder';
import type { SchemaChange } from './run-options';

/** Tells the schema a table needs for files; columns that were seen to fit are not compared again until the table's schema is another one. */
export class SchemaFit {
  private schema: StructType | undefined;
  private readonly fitting = new Set<string>();

  /** The table's schema with these files; `changed` is undefined when it stays. TypeCannotWiden. */
  with(
    head: TableHead | undefined,
    columns: readonly FolderColumns[],
  ): { changed: StructType | undefined; changes: readonly SchemaChange[] } {
    if (head?.schema !== this.schema) {
      this.schema = head?.schema;
      this.fitting.clear();
    }
    let merged = head?.schema;
    const changes: SchemaChange[] = [];
    for (const { key, columns: added } of columns) {
      if (this.fitting.has(key)) continue;
      const result = mergeColumns(merged, added);
      merged = result.schema;
      changes.push(...result.changes);
      if (result.schema === head?.schema) this.fitting.add(key);
    }
    // The columns of a new table are no news.
    return { changed: merged === head?.schema ? undefined : merged, changes: head === undefined ? [] : changes };
  }
}
