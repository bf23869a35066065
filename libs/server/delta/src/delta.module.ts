import { Module } from '@nestjs/common';
import { LazyDeltaEngine } from './lazy-delta-engine';
import { ReadSlots } from './read-slots';
import { TableInspector } from './table-inspector';
import { TableLocation } from './table-location';
import { TablesController } from './tables.controller';

@Module({
  controllers: [TablesController],
  providers: [LazyDeltaEngine, ReadSlots, TableInspector, TableLocation],
})
export class DeltaModule {}
