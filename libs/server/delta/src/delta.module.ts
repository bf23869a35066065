import { Module } from '@nestjs/common';
import { InspectPermission } from './inspect-permission';
import { LazyDeltaEngine } from './lazy-delta-engine';
import { ReadSlots } from './read-slots';
import { TableInspector } from './table-inspector';
import { TableLocation } from './table-location';
import { TablesController } from './tables.controller';

@Module({
  controllers: [TablesController],
  providers: [InspectPermission, LazyDeltaEngine, ReadSlots, TableInspector, TableLocation],
})
export class DeltaModule {}
