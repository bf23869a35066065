import { S3Module } from '@lakescope/server-s3';
import { RowReadersModule } from '@lakescope/server-unity-catalog';
import { Module } from '@nestjs/common';
import { InspectPermission } from './inspect-permission';
import { LazyDeltaEngine } from './lazy-delta-engine';
import { ParquetRows } from './parquet-rows';
import { StorageTables } from './storage-tables';
import { TableInspector } from './table-inspector';
import { TableInternals } from './table-internals';
import { TableInternalsController } from './table-internals.controller';
import { TableLocation } from './table-location';
import { TablesController } from './tables.controller';

@Module({
  imports: [RowReadersModule, S3Module],
  controllers: [TableInternalsController, TablesController],
  providers: [
    InspectPermission,
    LazyDeltaEngine,
    ParquetRows,
    StorageTables,
    TableInspector,
    TableInternals,
    TableLocation,
  ],
})
export class DeltaModule {}
