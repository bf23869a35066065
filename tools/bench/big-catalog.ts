import type { LocalStack } from '@lakescope/server-testing';

type LocalWorkspace = LocalStack['workspace'];

export const SCHEMAS = 500;
export const TABLES_PER_SCHEMA = 200;
export const BIG_CATALOG = 'big';

/** Requests under way at a time: enough to keep the local workspace busy. */
const AT_ONCE = 24;

export function schemaName(index: number): string {
  return `schema_${String(index).padStart(3, '0')}`;
}

export function tableName(index: number): string {
  return `table_${String(index).padStart(3, '0')}`;
}

/** Fills a local workspace with a catalog of 500 schemas of 200 tables each, over its own REST API. */
export async function fillBigCatalog(workspace: LocalWorkspace, log: (line: string) => void): Promise<void> {
  await workspace.createCatalog(BIG_CATALOG);
  const columns = [
    { name: 'id', type_text: 'bigint', type_name: 'LONG', type_json: '"long"', position: 0, nullable: false },
    { name: 'amount', type_text: 'double', type_name: 'DOUBLE', type_json: '"double"', position: 1, nullable: true },
  ];
  const places = Array.from({ length: SCHEMAS * TABLES_PER_SCHEMA }, (_, index) => ({
    schema: schemaName(Math.floor(index / TABLES_PER_SCHEMA)),
    table: tableName(index % TABLES_PER_SCHEMA),
  }));
  for (let index = 0; index < SCHEMAS; index += 1) await workspace.createSchema(BIG_CATALOG, schemaName(index));
  // External, because for each managed table a folder is written.
  await workspace.createVolume(BIG_CATALOG, schemaName(0), 'lake');
  await workspace.grant('CATALOG', BIG_CATALOG, 'admins', ['EXTERNAL_USE_SCHEMA']);
  const lake = `/Volumes/${BIG_CATALOG}/${schemaName(0)}/lake`;
  let next = 0;
  let made = 0;
  async function fill(): Promise<void> {
    for (let place = places[next++]; place !== undefined; place = places[next++]) {
      const response = await fetch(`${workspace.url}/api/2.1/unity-catalog/tables`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${workspace.personas.admin.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          catalog_name: BIG_CATALOG,
          schema_name: place.schema,
          name: place.table,
          table_type: 'EXTERNAL',
          storage_location: `${lake}/${place.schema}/${place.table}`,
          data_source_format: 'DELTA',
          columns,
        }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${place.schema}.${place.table}: ${response.status} ${text}`);
      made += 1;
      if (made % 20_000 === 0) log(`${made} tables`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, fill));
}
