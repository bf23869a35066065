import { AuditModule } from '@lakescope/server-audit';
import { Module } from '@nestjs/common';
import { CollectionModule } from '../collection/collection.module';
import { QueriesModule } from '../queries/queries.module';
import { AlertMessagesModule } from './alert-messages.module';
import { AlertRules } from './alert-rules';
import { AlertTests } from './alert-tests';
import { AlertValues } from './alert-values';
import { AlertWatch } from './alert-watch';
import { AlertsController } from './alerts.controller';
import { StorageAlerts } from './storage-alerts';

/** Rules on metrics and on freshness: made by administrators, evaluated by themselves, told by webhook. */
@Module({
  imports: [AlertMessagesModule, AuditModule, CollectionModule, QueriesModule],
  controllers: [AlertsController],
  providers: [AlertRules, AlertTests, AlertValues, AlertWatch, StorageAlerts],
})
export class AlertsModule {}
