import { AuditModule } from '@lakescope/server-audit';
import { Module } from '@nestjs/common';
import { CollectionModule } from '../collection/collection.module';
import { AggregateController } from './aggregate.controller';
import { Aggregation } from './aggregation';
import { MetricsOfPeople } from './metrics-of-people';
import { MetricsOverview } from './metrics-overview';
import { Partitions } from './partitions';
import { Retention } from './retention';
import { RollUp } from './roll-up';
import { RollUpSchedule } from './roll-up-schedule';
import { RollUpSteps } from './roll-up-steps';

/** Raw metrics become tiers, tiers become history, and what is old goes. */
@Module({
  imports: [AuditModule, CollectionModule],
  controllers: [AggregateController],
  providers: [
    Aggregation,
    MetricsOfPeople,
    MetricsOverview,
    Partitions,
    Retention,
    RollUp,
    RollUpSchedule,
    RollUpSteps,
  ],
  exports: [Aggregation, MetricsOverview, Partitions, Retention, RollUp],
})
export class RollUpModule {}
