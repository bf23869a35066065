import type { Principal } from '../../../identity/directory';
import type { EngineCatalog, EngineSchemaEntry, EngineTableEntry, NameFilter } from '../engine-catalog';
import { catalogTypeText, typeName } from '../language/spark-types';
import type { SandboxCell } from '../sandbox/sandbox';
import type { WantedNames } from './wanted-names';

/** A value of a row. */
export type Cell = SandboxCell;

/** One relation of information_schema. */
export interface InformationView {
  /** Columns with DuckDB types (SQL reference, "Information schema"). */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: (
    catalog: EngineCatalog,
    caller: Principal,
    catalogs: readonly string[],
    wanted: WantedNames,
  ) => AsyncIterable<readonly Cell[]>;
}

const AUTHORED = {
  created: 'TIMESTAMPTZ',
  created_by: 'VARCHAR',
  last_altered: 'TIMESTAMPTZ',
  last_altered_by: 'VARCHAR',
} as const;

function authored(entry: { createdAt: number; createdBy: string; updatedAt: number; updatedBy: string }): Cell[] {
  return [{ millis: entry.createdAt }, entry.createdBy, { millis: entry.updatedAt }, entry.updatedBy];
}

async function* schemasOf(
  catalog: EngineCatalog,
  caller: Principal,
  catalogs: readonly string[],
  [inCatalog, inSchema]: readonly [NameFilter, NameFilter],
): AsyncIterable<EngineSchemaEntry & { catalog: string }> {
  for (const name of catalogs.filter((one) => inCatalog.fits(one))) {
    for (const schema of await catalog.schemas(caller, name, inSchema)) yield { ...schema, catalog: name };
  }
}

async function* tablesOf(
  catalog: EngineCatalog,
  caller: Principal,
  catalogs: readonly string[],
  wanted: WantedNames,
): AsyncIterable<EngineTableEntry> {
  const places = [wanted.of('table_catalog'), wanted.of('table_schema')] as const;
  const names = wanted.of('table_name');
  for await (const schema of schemasOf(catalog, caller, catalogs, places)) {
    yield* await catalog.tables(caller, schema.catalog, schema.name, names);
  }
}

const CATALOGS: InformationView = {
  columns: { catalog_name: 'VARCHAR', catalog_owner: 'VARCHAR', comment: 'VARCHAR', ...AUTHORED },
  async *rows(catalog, caller, catalogs, wanted) {
    const names = wanted.of('catalog_name');
    for (const entry of await catalog.catalogs(caller)) {
      if (catalogs.includes(entry.name) && names.fits(entry.name))
        yield [entry.name, entry.owner, entry.comment, ...authored(entry)];
    }
  },
};

const SCHEMATA: InformationView = {
  columns: {
    catalog_name: 'VARCHAR',
    schema_name: 'VARCHAR',
    schema_owner: 'VARCHAR',
    comment: 'VARCHAR',
    ...AUTHORED,
  },
  async *rows(catalog, caller, catalogs, wanted) {
    const places = [wanted.of('catalog_name'), wanted.of('schema_name')] as const;
    for await (const entry of schemasOf(catalog, caller, catalogs, places)) {
      yield [entry.catalog, entry.name, entry.owner, entry.comment, ...authored(entry)];
    }
  },
};

const TABLES: InformationView = {
  columns: {
    table_catalog: 'VARCHAR',
    table_schema: 'VARCHAR',
    table_name: 'VARCHAR',
    table_type: 'VARCHAR',
    is_insertable_into: 'VARCHAR',
    commit_action: 'VARCHAR',
    table_owner: 'VARCHAR',
    comment: 'VARCHAR',
    ...AUTHORED,
    data_source_format: 'VARCHAR',
    storage_path: 'VARCHAR',
    storage_sub_directory: 'VARCHAR',
  },
  async *rows(catalog, caller, catalogs, wanted) {
    for await (const table of tablesOf(catalog, caller, catalogs, wanted)) {
      const isView = table.tableType === 'VIEW';
      yield [
        table.catalog,
        table.schema,
        table.name,
        table.tableType,
        isView ? 'NO' : 'YES',
        'PRESERVE',
        table.owner,
        table.comment === '' ? null : table.comment,
        ...authored(table),
        table.format ?? 'UNKNOWN_DATA_SOURCE_FORMAT',
        table.storageLocation ?? null,
        null,
      ];
    }
  },
};

const COLUMNS: InformationView = {
  columns: {
    table_catalog: 'VARCHAR',
    table_schema: 'VARCHAR',
    table_name: 'VARCHAR',
    column_name: 'VARCHAR',
    ordinal_position: 'INTEGER',
    column_default: 'VARCHAR',
    is_nullable: 'VARCHAR',
    full_data_type: 'VARCHAR',
    data_type: 'VARCHAR',
    numeric_precision: 'INTEGER',
    numeric_scale: 'INTEGER',
    is_identity: 'VARCHAR',
    is_generated: 'VARCHAR',
    is_updatable: 'VARCHAR',
    partition_ordinal_position: 'INTEGER',
    comment: 'VARCHAR',
  },
  async *rows(catalog, caller, catalogs, wanted) {
    for await (const table of tablesOf(catalog, caller, catalogs, wanted)) {
      for (const [index, column] of table.columns.entries()) {
        const decimal = decimalOf(catalogTypeText(column.type));
        const partition = table.partitionColumns.findIndex((name) => name.toLowerCase() === column.name.toLowerCase());
        const comment = column.metadata['comment'];
        yield [
          table.catalog,
          table.schema,
          table.name,
          column.name,
          index,
          null,
          column.nullable ? 'YES' : 'NO',
          catalogTypeText(column.type),
          typeName(column.type),
          decimal?.[0] ?? null,
          decimal?.[1] ?? null,
          'NO',
          'NO',
          'YES',
          partition < 0 ? null : partition,
          typeof comment === 'string' ? comment : null,
        ];
      }
    }
  },
};

function decimalOf(typeText: string): number[] | undefined {
  return typeText.startsWith('decimal(') ? typeText.slice(8, -1).split(',').map(Number) : undefined;
}

const VIEWS_OF_TABLES: InformationView = {
  columns: {
    table_catalog: 'VARCHAR',
    table_schema: 'VARCHAR',
    table_name: 'VARCHAR',
    view_definition: 'VARCHAR',
    check_option: 'VARCHAR',
    is_updatable: 'VARCHAR',
    is_insertable_into: 'VARCHAR',
    sql_path: 'VARCHAR',
    is_materialized: 'VARCHAR',
  },
  async *rows(catalog, caller, catalogs, wanted) {
    for await (const table of tablesOf(catalog, caller, catalogs, wanted)) {
      if (table.viewDefinition === undefined) continue;
      const name = [table.catalog, table.schema, table.name];
      yield [...name, table.viewDefinition, 'NONE', 'NO', 'NO', null, 'NO'];
    }
  },
};

const VOLUMES: InformationView = {
  columns: {
    volume_catalog: 'VARCHAR',
    volume_schema: 'VARCHAR',
    volume_name: 'VARCHAR',
    volume_type: 'VARCHAR',
    volume_owner: 'VARCHAR',
    comment: 'VARCHAR',
    ...AUTHORED,
    storage_location: 'VARCHAR',
  },
  async *rows(catalog, caller, catalogs, wanted) {
    const places = [wanted.of('volume_catalog'), wanted.of('volume_schema')] as const;
    const names = wanted.of('volume_name');
    for await (const schema of schemasOf(catalog, caller, catalogs, places)) {
      for (const volume of await catalog.volumes(caller, schema.catalog, schema.name)) {
        if (!names.fits(volume.name)) continue;
        const comment = volume.comment === '' ? null : volume.comment;
        const parts = [schema.catalog, schema.name, volume.name, volume.volumeType, volume.owner];
        yield [...parts, comment, ...authored(volume), volume.storageLocation];
      }
    }
  },
};

const TABLE_PRIVILEGES: InformationView = {
  columns: {
    grantor: 'VARCHAR',
    grantee: 'VARCHAR',
    table_catalog: 'VARCHAR',
    table_schema: 'VARCHAR',
    table_name: 'VARCHAR',
    privilege_type: 'VARCHAR',
    is_grantable: 'VARCHAR',
    inherited_from: 'VARCHAR',
  },
  async *rows(catalog, caller, catalogs, wanted) {
    for await (const table of tablesOf(catalog, caller, catalogs, wanted)) {
      for (const { grantee, privilege, inheritedFrom } of await catalog.grants(caller, table)) {
        const name = [table.catalog, table.schema, table.name];
        yield [table.owner, grantee, ...name, privilege, 'NO', inheritedFrom];
      }
    }
  },
};

/** By their names in lower case. */
export const VIEWS: ReadonlyMap<string, InformationView> = new Map([
  ['catalogs', CATALOGS],
  ['schemata', SCHEMATA],
  ['tables', TABLES],
  ['columns', COLUMNS],
  ['views', VIEWS_OF_TABLES],
  ['volumes', VOLUMES],
  ['table_privileges', TABLE_PRIVILEGES],
]);
