import { HttpConfig } from '@lakescope/server-config';
import type { RunStatement } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { forgetOldDeliveries, noteDelivery, type AlertEvent } from './alert-deliveries';
import { AlertMessenger } from './alert-messenger';
import { alertPayload } from './alert-payload';
import { AlertRule } from './alert-rule.entity';

/** What a feature tells of itself, for the rules of one target, or of all when that is null. */
export interface AlertReport {
  /** In the unit of the rule's threshold. */
  readonly value: number;
  /** Whether something has changed that is worth a message, although the rule fired before and still does. */
  readonly hasNews: boolean;
  /** Told with the message. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Rules on what features find out by themselves. They are evaluated when there is something new, in a transaction of the feature, and so
 * wake no database; states, messages and webhooks are those of all other rules.
 */
@Injectable()
export class ReportedAlerts {
  private readonly logger = new Logger('Alerts');

  constructor(
    private readonly messenger: AlertMessenger,
    private readonly http: HttpConfig,
  ) {}

  /** As the system. After the transaction `send` is to be called. */
  async evaluate(tx: EntityManager, look: (target: string | null) => Promise<AlertReport>): Promise<void> {
    const rules = await tx.find(AlertRule, {
      where: { enabled: true, condition: 'freshness' },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    if (rules.length === 0) return;
    const run: RunStatement = (text, values = []) => tx.query(text, [...values]);
    for (const rule of rules) {
      const report = await look(rule.target);
      const state = report.value > (rule.threshold ?? 0) ? 'firing' : 'ok';
      const [stored] = (await tx.query(
        `UPDATE alert_rules
            SET state = $2, state_since = CASE WHEN state = $2 THEN state_since ELSE clock_timestamp() END,
                last_value = $3, last_evaluated_at = clock_timestamp()
          WHERE id = $1 RETURNING last_evaluated_at AS at`,
        [rule.id, state, report.value],
      )) as [{ at: Date }[], number];
      const event = eventOf(rule, state, report.hasNews);
      if (event === undefined) continue;
      this.tell(rule, event, report.value);
      if (rule.webhookSealed === null) continue;
      const at = stored[0]?.at ?? new Date();
      const payload = { ...alertPayload(rule, event, report.value, at, this.http.publicUrl), ...report.details };
      await noteDelivery(run, { ruleId: rule.id, event, payload });
    }
    await forgetOldDeliveries(run);
  }

  /** There may be messages to send. */
  send(): void {
    this.messenger.wake();
  }

  private tell(rule: AlertRule, event: AlertEvent, value: number): void {
    const line = { msg: `Alert “${rule.name}” is ${event}`, alert: rule.id, value, threshold: rule.threshold };
    if (event === 'firing') this.logger.warn(line);
    else this.logger.log(line);
  }
}

function eventOf(rule: AlertRule, state: 'ok' | 'firing', hasNews: boolean): AlertEvent | undefined {
  if (state === 'firing') return rule.state !== 'firing' || hasNews ? 'firing' : undefined;
  return rule.state === 'firing' ? 'resolved' : undefined;
}
