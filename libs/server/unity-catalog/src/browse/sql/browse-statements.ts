const SYSTEM = 'system.information_schema';

/** One page of names after `:after`, in their order. The empty text comes before every name. */
const page = (name: string): string => `AND ${name} > :after ORDER BY ${name} LIMIT `;

const IN_SCHEMA = 'WHERE table_catalog = :catalog AND table_schema = :schema';
const ONE_TABLE = `${IN_SCHEMA} AND table_name = :table`;
const TABLE_FIELDS =
  'table_name, table_type, data_source_format, table_owner, comment, storage_path, created, last_altered';

/**
 * Everything browsing asks in SQL. No text of a caller is ever part of a statement: names are parameters, because the schemas of
 * `information_schema` are asked through the catalog `system`, which holds those of all catalogs. What the caller may not see is not
 * in there. https://docs.databricks.com/sql/language-manual/sql-ref-information-schema
 */
export const BROWSE_SQL = {
  catalogs: (limit: number) =>
    `SELECT catalog_name, comment, catalog_owner, created, last_altered FROM ${SYSTEM}.catalogs WHERE true ${page('catalog_name')}${whole(limit)}`,
  catalog: () => `SELECT catalog_name FROM ${SYSTEM}.catalogs WHERE catalog_name = :catalog`,
  schemas: (limit: number) =>
    `SELECT schema_name, comment, schema_owner, created, last_altered FROM ${SYSTEM}.schemata WHERE catalog_name = :catalog ${page('schema_name')}${whole(limit)}`,
  schema: () => `SELECT schema_name FROM ${SYSTEM}.schemata WHERE catalog_name = :catalog AND schema_name = :schema`,
  volumes: (limit: number) =>
    `SELECT volume_name, volume_type, comment, volume_owner, storage_location, created, last_altered FROM ${SYSTEM}.volumes WHERE volume_catalog = :catalog AND volume_schema = :schema ${page('volume_name')}${whole(limit)}`,
  tableNames: (limit: number) =>
    `SELECT table_name, table_type FROM ${SYSTEM}.tables ${IN_SCHEMA} ${page('table_name')}${whole(limit)}`,
  tables: (limit: number) =>
    `SELECT ${TABLE_FIELDS} FROM ${SYSTEM}.tables ${IN_SCHEMA} ${page('table_name')}${whole(limit)}`,
  table: () => `SELECT ${TABLE_FIELDS} FROM ${SYSTEM}.tables ${ONE_TABLE}`,
  /** Of tables that follow each other: `:first` to `:last`. */
  columns: () =>
    `SELECT table_name, column_name, full_data_type, is_nullable, comment, partition_ordinal_position FROM ${SYSTEM}.columns ${IN_SCHEMA} AND table_name >= :first AND table_name <= :last ORDER BY table_name, ordinal_position`,
  viewDefinition: () => `SELECT view_definition FROM ${SYSTEM}.views ${ONE_TABLE}`,
  grants: () =>
    `SELECT grantee, privilege_type, inherited_from FROM ${SYSTEM}.table_privileges ${ONE_TABLE} ORDER BY grantee, privilege_type`,
  tablesOfCatalog: (limit: number) =>
    `SELECT table_schema, table_name FROM ${SYSTEM}.tables WHERE table_catalog = :catalog ORDER BY table_schema, table_name LIMIT ${whole(limit)}`,
  volumesOfCatalog: (limit: number) =>
    `SELECT volume_schema, volume_name, comment FROM ${SYSTEM}.volumes WHERE volume_catalog = :catalog ORDER BY volume_schema, volume_name LIMIT ${whole(limit)}`,
} as const satisfies Record<string, (limit: number) => string>;

/** The only thing that is written into a statement. */
function whole(limit: number): string {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`${limit} is no number of rows`);
  return String(limit);
}
