import { Module } from '@nestjs/common';
import { AlertLimits } from './alert-limits';
import { AlertMessenger } from './alert-messenger';
import { ReportedAlerts } from './reported-alerts';
import { WebhookSender } from './webhook-sender';
import { WebhookTargets } from './webhook-targets';

/** How people are told of alerts, for whatever finds something worth one. */
@Module({
  providers: [
    { provide: AlertLimits, useFactory: () => new AlertLimits() },
    AlertMessenger,
    ReportedAlerts,
    WebhookSender,
    WebhookTargets,
  ],
  exports: [AlertMessenger, ReportedAlerts, WebhookTargets],
})
export class AlertMessagesModule {}
