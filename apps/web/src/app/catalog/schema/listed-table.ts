import { type CatalogTableDto } from '@lakescope/web-api';
import { NODE_ICONS, NODE_WORDS } from '../lists/listed-node';
import { type ListedObject } from '../lists/listed-object';
import { isView } from '../table/table-kind';

/** A table as a line of a list; a view has no rows and no size to be known. */
export function listedTable(table: CatalogTableDto): ListedObject {
  const kind = isView(table.table_type) ? 'view' : 'table';
  return {
    place: { names: [table.catalog_name, table.schema_name, table.table_name] },
    icon: NODE_ICONS[kind],
    what: NODE_WORDS[kind],
    owner: table.owner,
    comment: table.comment,
    updatedAt: table.updated_at,
    ...(kind === 'view' ? {} : { rows: table.row_count, bytes: table.size_bytes }),
  };
}
