import { Module } from '@nestjs/common';
import { CollectionModule } from './collection/collection.module';
import { ExportModule } from './export/export.module';
import { QueriesModule } from './queries/queries.module';
import { UsageModule } from './usage/usage.module';

/** Every request counted, what people do in the app, and what can be said about both. */
@Module({
  imports: [CollectionModule, QueriesModule, UsageModule, ExportModule],
})
export class MetricsModule {}
