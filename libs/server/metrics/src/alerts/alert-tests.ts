import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import { AlertMessenger } from './alert-messenger';
import { AlertDeliveryDto } from './alert-rule.dto';
import { AlertRule } from './alert-rule.entity';
import { AlertWatch } from './alert-watch';
import { AlertRuleNotFound, NoWebhook } from './alerts.errors';

/** Posts a message to the webhook of a rule, to see whether it arrives. */
@Injectable()
export class AlertTests {
  constructor(
    private readonly database: Database,
    private readonly clock: MetricsClock,
    private readonly watch: AlertWatch,
    private readonly messenger: AlertMessenger,
  ) {}

  async deliver(ruleId: string): Promise<AlertDeliveryDto> {
    const rule = await this.database.asSystem((tx) => tx.findOneBy(AlertRule, { id: ruleId }), {
      feature: 'Alerts',
      repeat: 'read',
    });
    if (rule === null) throw new AlertRuleNotFound(ruleId);
    if (rule.webhookSealed === null) throw new NoWebhook();
    const payload = this.watch.payloadOf(rule, 'test', rule.lastValue, new Date(this.clock.now()));
    const delivery = await this.messenger.sendNow({ ruleId, event: 'test', payload });
    if (delivery === undefined) throw new AlertRuleNotFound(ruleId);
    return AlertDeliveryDto.from(delivery);
  }
}
