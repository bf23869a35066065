import { child, type ParquetField } from '../../checkpoint/parquet-fields';
import { identifier } from '../../duckdb/sql';

/** An SQL type, or the fields of a struct, in the order they are written. */
export type Shape = string | { readonly [field: string]: Shape };

const MAP = 'MAP(VARCHAR, VARCHAR)';
const DELETION_VECTOR: Shape = {
  storageType: 'VARCHAR',
  pathOrInlineDv: 'VARCHAR',
  offset: 'INTEGER',
  sizeInBytes: 'INTEGER',
  cardinality: 'BIGINT',
  maxRowIndex: 'BIGINT',
};

/**
 * The columns of a checkpoint (PROTOCOL.md, "Checkpoint Schema"), with the types other engines write them in. Everything an action may carry
 * is here: what a checkpoint leaves out is lost once the commits behind it are cleaned up.
 */
export const ACTIONS = {
  txn: { appId: 'VARCHAR', version: 'BIGINT', lastUpdated: 'BIGINT' },
  add: {
    path: 'VARCHAR',
    partitionValues: MAP,
    size: 'BIGINT',
    modificationTime: 'BIGINT',
    dataChange: 'BOOLEAN',
    tags: MAP,
    deletionVector: DELETION_VECTOR,
    baseRowId: 'BIGINT',
    defaultRowCommitVersion: 'BIGINT',
    clusteringProvider: 'VARCHAR',
    stats: 'VARCHAR',
  },
  remove: {
    path: 'VARCHAR',
    deletionTimestamp: 'BIGINT',
    dataChange: 'BOOLEAN',
    extendedFileMetadata: 'BOOLEAN',
    partitionValues: MAP,
    size: 'BIGINT',
    deletionVector: DELETION_VECTOR,
    baseRowId: 'BIGINT',
    defaultRowCommitVersion: 'BIGINT',
  },
  metaData: {
    id: 'VARCHAR',
    name: 'VARCHAR',
    description: 'VARCHAR',
    format: { provider: 'VARCHAR', options: MAP },
    schemaString: 'VARCHAR',
    partitionColumns: 'VARCHAR[]',
    configuration: MAP,
    createdTime: 'BIGINT',
  },
  protocol: {
    minReaderVersion: 'INTEGER',
    minWriterVersion: 'INTEGER',
    readerFeatures: 'VARCHAR[]',
    writerFeatures: 'VARCHAR[]',
  },
  domainMetadata: { domain: 'VARCHAR', configuration: 'VARCHAR', removed: 'BOOLEAN' },
} as const satisfies Record<string, Shape>;

export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[];

/** The field of each action that is there whenever the action is. */
export const REQUIRED: Readonly<Record<ActionName, string>> = {
  txn: 'appId',
  add: 'path',
  remove: 'path',
  metaData: 'schemaString',
  protocol: 'minReaderVersion',
  domainMetadata: 'domain',
};

/** What is written in place of what stands in the log: a checkpoint changes no data, and feature lists go with their versions alone. */
const REPLACED: Readonly<Record<string, string>> = {
  'add.dataChange': 'false',
  'remove.dataChange': 'false',
  'domainMetadata.removed': 'false',
  'protocol.readerFeatures': 'CASE WHEN protocol.minReaderVersion >= 3 THEN coalesce(@, []) END',
  'protocol.writerFeatures': 'CASE WHEN protocol.minWriterVersion >= 7 THEN coalesce(@, []) END',
};

export function typeOf(shape: Shape): string {
  if (typeof shape === 'string') return shape;
  return `STRUCT(${Object.entries(shape)
    .map(([name, field]) => `${identifier(name)} ${typeOf(field)}`)
    .join(', ')})`;
}

/** An action of one row with all its fields; `there` tells which of them the file has, or that it has all. */
export function actionSql(action: ActionName, there: ParquetField | 'all', leavesOutStats: boolean): string {
  return structSql(action, ACTIONS[action], there, (path, sql) => {
    if (path === 'add.stats' && leavesOutStats) return 'NULL';
    return REPLACED[path]?.replace('@', sql) ?? sql;
  });
}

function structSql(
  path: string,
  shape: { readonly [field: string]: Shape },
  there: ParquetField | 'all',
  replaced: (path: string, sql: string) => string,
): string {
  const fields = Object.entries(shape).map(([name, field]) => {
    const own = there === 'all' ? 'all' : child(there, name);
    const inner = `${path}.${name}`;
    const sql = inner.split('.').map(identifier).join('.');
    if (own === undefined) return `${identifier(name)} := CAST(${replaced(inner, 'NULL')} AS ${typeOf(field)})`;
    if (typeof field === 'string') return `${identifier(name)} := CAST(${replaced(inner, sql)} AS ${field})`;
    const first = Object.keys(field)[0] ?? '';
    // A struct in a column of another writer may be there with nothing in it, where there is none.
    return `${identifier(name)} := CASE WHEN ${sql}.${identifier(first)} IS NOT NULL THEN ${structSql(inner, field, own, replaced)} END`;
  });
  return `struct_pack(${fields.join(', ')})`;
}

/** A row of the checkpoint that holds one action. */
export function rowSql(action: ActionName, sql: string): string {
  return ACTION_NAMES.map(
    (name) => `${name === action ? sql : `NULL::${typeOf(ACTIONS[name])}`} AS ${identifier(name)}`,
  ).join(', ');
}
