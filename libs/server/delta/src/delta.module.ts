import { Module } from '@nestjs/common';
import { InspectPermission } from './inspect-permission';
import { LazyDeltaEngine } from './lazy-delta-engine';
import { TableInspector } from './table-inspector';
import { TableLocation } from './table-location';
import { TablesController } from './tables.controller';

@Module({
  controllers: [TablesController],
  providers: [InspectPermission, LazyDeltaEngine, TableInspector, TableLocation],
})
export class DeltaModule {}
