import { type SchemaRow, visibleRows } from '../../../delta/schema/schema-rows';
import { type CatalogTableDetailDto } from '@lakescope/web-api';

/** The columns whose name contains the filter, with the parts of those that are unfolded. */
export function columnRows(
  columns: CatalogTableDetailDto['columns'],
  open: ReadonlySet<string>,
  filter: string,
): readonly SchemaRow[] {
  return visibleRows(
    columns.map(({ data_type, ...column }) => ({
      ...column,
      type: data_type,
      // What the catalog does not tell of a column and a Delta log does.
      metadata: {},
      physical_name: null,
      generation_expression: null,
      clustering_index: null,
      fields: null,
    })),
    open,
    filter,
  );
}
