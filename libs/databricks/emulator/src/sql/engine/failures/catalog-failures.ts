import type { MissingPrivilege } from '../engine-catalog';
import { backticked } from '../language/duckdb-text';
import { SqlFailure } from '../sql-failure';

export function tableNotFound(parts: readonly string[], place: string): SqlFailure {
  return new SqlFailure(
    'TABLE_OR_VIEW_NOT_FOUND',
    `The table or view ${backticked(...parts)} cannot be found. Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a schema, verify the current_schema() output, or qualify the name with the correct schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.`,
    '42P01',
    { suffix: place },
  );
}

export function schemaNotFound(catalog: string, schema: string): SqlFailure {
  return new SqlFailure(
    'SCHEMA_NOT_FOUND',
    `The schema ${backticked(catalog, schema)} cannot be found. Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a catalog, verify the current_schema() output, or qualify the name with the correct catalog.\nTo tolerate the error on drop use DROP SCHEMA IF EXISTS.`,
    '42704',
  );
}

export function catalogNotFound(catalog: string): SqlFailure {
  return new SqlFailure(
    'NO_SUCH_CATALOG_EXCEPTION',
    `Catalog '${catalog}' was not found. Please verify the catalog name and then retry the query or command again.`,
    '42704',
  );
}

export function insufficientPermissions({ privilege, type, fullName }: MissingPrivilege): SqlFailure {
  return new SqlFailure(
    'INSUFFICIENT_PERMISSIONS',
    `Insufficient privileges:\nUser does not have ${privilege} on ${type} '${fullName}'.`,
    '42501',
  );
}

export function tableExists(parts: readonly string[]): SqlFailure {
  return new SqlFailure(
    'TABLE_OR_VIEW_ALREADY_EXISTS',
    `Cannot create table or view ${backticked(...parts)} because it already exists.\nChoose a different name, drop or replace the existing object, or add the IF NOT EXISTS clause to tolerate pre-existing objects.`,
    '42P07',
  );
}
