import { PreferenceKeys, LakebaseModule } from '@lakescope/server-lakebase';
import { UserOwnedTables } from '@lakescope/server-persistence';
import { Module, type OnModuleInit } from '@nestjs/common';
import { AbandonedQueries } from './abandoned-queries';
import { ExportRecords } from './exports/export-records';
import { ExportWorker } from './exports/export-worker';
import { ExportsController } from './exports/exports.controller';
import { QueryContent } from './exports/query-content';
import { QueryExports } from './exports/query-exports';
import { QueriesController } from './queries.controller';
import { QUERY_PREFERENCES } from './query-preferences';
import { QueryAnswers } from './query-answers';
import { QueryHistory } from './query-history';
import { QueryLimits } from './query-limits';
import { QueryProgress } from './query-progress';
import { QueryRecords } from './query-records';
import { QueryResults } from './query-results';
import { QueryRunner } from './query-runner';
import { QUERY_TABLES } from './query-tables';
import { TableColumns } from './table-columns';
import { WarehouseController } from './warehouse.controller';
import { WarehouseModule } from './warehouse.module';

/** Queries of tables on the SQL warehouse. */
@Module({
  imports: [LakebaseModule, WarehouseModule],
  controllers: [ExportsController, QueriesController, WarehouseController],
  providers: [
    AbandonedQueries,
    ExportRecords,
    ExportWorker,
    { provide: QueryLimits, useFactory: () => new QueryLimits() },
    QueryAnswers,
    QueryContent,
    QueryExports,
    QueryHistory,
    QueryProgress,
    QueryRecords,
    QueryResults,
    QueryRunner,
    TableColumns,
  ],
  exports: [WarehouseModule],
})
export class QueriesModule implements OnModuleInit {
  constructor(
    private readonly tables: UserOwnedTables,
    private readonly preferences: PreferenceKeys,
  ) {}

  onModuleInit(): void {
    for (const table of QUERY_TABLES) this.tables.register(table);
    for (const [key, schema] of Object.entries(QUERY_PREFERENCES)) this.preferences.register(key, schema);
  }
}
