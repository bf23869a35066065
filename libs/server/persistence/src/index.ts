export {
  BackgroundDatabase,
  type BackgroundStatement,
  type BackgroundTransactionOptions,
  type RunStatement,
} from './background-database';
export { connectionFault, failureReason, faultOf, type DatabaseFault, type FaultKind } from './connection-fault';
export { Database, type DatabaseWorkOptions } from './database';
export { DatabaseServer, type ServerFacts } from './database-server';
export { DatabaseStartup } from './database-startup';
export { LakebaseCredentials, type CredentialKind } from './lakebase-credentials';
export { lakebaseDataSource, type EntityClass, type MigrationClass, type PoolUse } from './lakebase-data-source';
export { openSchema, type OpenSchema } from './open-schema';
export {
  CredentialIsFixed,
  DatabaseUnavailable,
  InvalidBackup,
  LakebaseNotConfigured,
  OutcomeUnknown,
  RestoreRefused,
  SchemaIsBehind,
  SchemaIsNewer,
} from './persistence.errors';
export { PersistenceModule } from './persistence.module';
export { PoolHistory, type PoolInterval } from './pool-history';
export { SchemaBackup, type BackupReport, type RestoreOptions } from './schema-backup';
export { SchemaMigrator, type MigrationReport, type MigrationState } from './schema-migrator';
export { SealRenewal, type SealCount } from './seal-renewal';
export { SealedColumns, type SealedColumn } from './sealed-columns';
export { SealedText } from './sealed-text';
export type { SystemWork } from './system-transactions';
export { UserOwnedTables, type ErasedPerson, type ErasedRows, type UserOwnedTable } from './user-owned-tables';
