export { connectionFault } from './connection-fault';
export { Database, type DatabaseWorkOptions } from './database';
export { DatabaseStartup } from './database-startup';
export { LakebaseCredentials } from './lakebase-credentials';
export { lakebaseDataSource, type EntityClass, type MigrationClass, type PoolUse } from './lakebase-data-source';
export { DatabaseUnavailable, LakebaseNotConfigured, SchemaIsNewer } from './persistence.errors';
export { PersistenceModule } from './persistence.module';
export { SchemaMigrator, type MigrationReport } from './schema-migrator';
export { UserOwnedTables, type UserOwnedTable } from './user-owned-tables';
