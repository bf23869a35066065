import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AlertsModule } from './alerts/alerts.module';
import { CollectionModule } from './collection/collection.module';
import { ExportModule } from './export/export.module';
import { QueriesModule } from './queries/queries.module';
import { RollUpModule } from './roll-up/roll-up.module';
import { UsageModule } from './usage/usage.module';

/** Every request counted, what people do in the app, and what can be said about both. */
@Module({
  imports: [
    ScheduleModule.forRoot(),
    CollectionModule,
    RollUpModule,
    QueriesModule,
    UsageModule,
    ExportModule,
    AlertsModule,
  ],
  exports: [RollUpModule],
})
export class MetricsModule {}
