import { InvalidSecurable, SecurableExists, type Metastore } from './metastore';
import type { Table, TableOptions } from './table-details';
import { readColumns } from './table-schema';

/**
 * Shows a Delta table that is already there as an EXTERNAL one, with the columns of its newest version; changes nothing
 * when there is a table of this name. The location is one of `TableDetails`. Throws InvalidSecurable when there is no
 * Delta table, and for names as `Metastore.createTable` does.
 */
export async function registerTable(
  metastore: Metastore,
  fullName: string,
  location: string,
  options: Pick<TableOptions, 'comment' | 'owner'> = {},
): Promise<Table> {
  const existing = metastore.tableOf(fullName);
  if (existing !== undefined) return existing;
  const directory = metastore.places.find(location)?.directory;
  const columns = directory === undefined ? undefined : await readColumns(directory);
  if (columns === undefined) throw new InvalidSecurable(`There is no Delta table at '${location}'`);
  try {
    return await metastore.createTable(
      fullName,
      { tableType: 'EXTERNAL', format: 'DELTA', columns, location },
      options,
    );
  } catch (error) {
    const other = error instanceof SecurableExists ? metastore.tableOf(fullName) : undefined;
    if (other === undefined) throw error;
    return other;
  }
}
