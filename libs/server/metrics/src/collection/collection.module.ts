import { MetricsConfig } from '@lakescope/server-config';
import { Module } from '@nestjs/common';
import { CollectionLimits } from './collection-limits';
import { CollectionProbe } from './collection.probe';
import { CollectionState } from './collection-state';
import { CumulativeSketches } from './cumulative-sketches';
import { Dispatch } from './dispatch';
import { Flusher } from './flusher';
import { LossAccount } from './loss-account';
import { MetricsBoot } from './metrics-boot';
import { MetricsClock } from './metrics-clock';
import { OverflowSketches } from './overflow-sketches';
import { PartitionsReady } from './partitions-ready';
import { RequestRecorder } from './request-recorder';
import { SampleStore } from './sample-store';
import { ShipmentClerk } from './shipment-clerk';

/** Every request becomes a sample, every sample is stored once or counted as lost. */
@Module({
  providers: [
    {
      provide: CollectionLimits,
      useFactory: ({ ringSamples }: MetricsConfig) => new CollectionLimits({ ringSamples }),
      inject: [MetricsConfig],
    },
    CollectionProbe,
    CollectionState,
    CumulativeSketches,
    Dispatch,
    Flusher,
    LossAccount,
    MetricsBoot,
    MetricsClock,
    OverflowSketches,
    PartitionsReady,
    RequestRecorder,
    SampleStore,
    ShipmentClerk,
  ],
  exports: [CollectionLimits, CollectionState, CumulativeSketches, Flusher, MetricsBoot, MetricsClock, PartitionsReady],
})
export class CollectionModule {}
