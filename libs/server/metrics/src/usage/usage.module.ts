import { Module } from '@nestjs/common';
import { CollectionModule } from '../collection/collection.module';
import { UsageBatches } from './usage-batches';
import { UsageEventCounter } from './usage-event-counter';
import { UsageEventJudge } from './usage-event-judge';
import { UsageEventRecorder } from './usage-event-recorder';
import { UsageEventStore } from './usage-event-store';
import { UsageEventsController } from './usage-events.controller';
import { UsageLimits } from './usage-limits';

/** What people do in the browser: taken, judged event by event, stored once. */
@Module({
  imports: [CollectionModule],
  controllers: [UsageEventsController],
  providers: [
    { provide: UsageLimits, useFactory: () => new UsageLimits() },
    UsageBatches,
    UsageEventJudge,
    UsageEventStore,
    UsageEventRecorder,
    UsageEventCounter,
  ],
})
export class UsageModule {}
