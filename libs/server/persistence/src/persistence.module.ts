import { Module, type DynamicModule } from '@nestjs/common';
import { BackgroundDatabase } from './background-database';
import { Database } from './database';
import { DatabaseServer } from './database-server';
import { DatabaseStartup, PersistentModel } from './database-startup';
import { LakebaseCredentials } from './lakebase-credentials';
import type { EntityClass, MigrationClass } from './lakebase-data-source';
import { PoolHistory } from './pool-history';
import { SealRenewal } from './seal-renewal';
import { SealedColumns } from './sealed-columns';
import { SealedText } from './sealed-text';
import { UserOwnedTables } from './user-owned-tables';

/** The database for every feature. Nothing connects before `DatabaseStartup.run()`. */
@Module({})
export class PersistenceModule {
  static with(entities: readonly EntityClass[], migrations: readonly MigrationClass[]): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      providers: [
        { provide: PersistentModel, useValue: new PersistentModel(entities, migrations) },
        PoolHistory,
        LakebaseCredentials,
        UserOwnedTables,
        SealedText,
        SealedColumns,
        Database,
        DatabaseStartup,
        DatabaseServer,
        BackgroundDatabase,
        SealRenewal,
      ],
      exports: [
        BackgroundDatabase,
        Database,
        DatabaseServer,
        DatabaseStartup,
        LakebaseCredentials,
        PoolHistory,
        UserOwnedTables,
        SealRenewal,
        SealedColumns,
        SealedText,
      ],
    };
  }
}
