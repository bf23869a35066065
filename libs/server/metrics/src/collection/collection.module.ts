import { Module } from '@nestjs/common';
import { CollectionLimits } from './collection-limits';
import { CollectionState } from './collection-state';
import { CumulativeSketches } from './cumulative-sketches';
import { MetricsBoot } from './metrics-boot';
import { MetricsClock } from './metrics-clock';
import { PartitionsReady } from './partitions-ready';

/** Every request becomes a sample, every sample is stored once or counted as lost. */
@Module({
  providers: [
    { provide: CollectionLimits, useFactory: () => new CollectionLimits() },
    CollectionState,
    CumulativeSketches,
    MetricsBoot,
    MetricsClock,
    PartitionsReady,
  ],
  exports: [CollectionLimits, CollectionState, CumulativeSketches, MetricsBoot, MetricsClock, PartitionsReady],
})
export class CollectionModule {}
