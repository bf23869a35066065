import { AuditModule } from '@lakescope/server-audit';
import { Module } from '@nestjs/common';
import { CollectionModule } from '../collection/collection.module';
import { QueriesModule } from '../queries/queries.module';
import { AlertLimits } from './alert-limits';
import { AlertMessenger } from './alert-messenger';
import { AlertRules } from './alert-rules';
import { AlertTests } from './alert-tests';
import { AlertValues } from './alert-values';
import { AlertWatch } from './alert-watch';
import { AlertsController } from './alerts.controller';
import { RuleSeals } from './rule-seals';
import { StorageAlerts } from './storage-alerts';
import { WebhookSender } from './webhook-sender';
import { WebhookTargets } from './webhook-targets';

/** Rules on metrics: made by administrators, evaluated every minute, told by webhook. */
@Module({
  imports: [AuditModule, CollectionModule, QueriesModule],
  controllers: [AlertsController],
  providers: [
    { provide: AlertLimits, useFactory: () => new AlertLimits() },
    AlertMessenger,
    AlertRules,
    AlertTests,
    AlertValues,
    AlertWatch,
    RuleSeals,
    StorageAlerts,
    WebhookSender,
    WebhookTargets,
  ],
})
export class AlertsModule {}
