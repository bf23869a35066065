import { RowReadersModule } from '@lakescope/server-unity-catalog';
import { Module } from '@nestjs/common';
import { InspectPermission } from './inspect-permission';
import { LazyDeltaEngine } from './lazy-delta-engine';
import { ParquetRows } from './parquet-rows';
import { TableInspector } from './table-inspector';
import { TableLocation } from './table-location';
import { TablesController } from './tables.controller';

@Module({
  imports: [RowReadersModule],
  controllers: [TablesController],
  providers: [InspectPermission, LazyDeltaEngine, ParquetRows, TableInspector, TableLocation],
})
export class DeltaModule {}
