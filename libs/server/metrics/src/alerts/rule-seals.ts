import { BackgroundDatabase, SealedText } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { secretPlace, webhookPlace } from './rule-places';

interface SealedRule {
  readonly id: string;
  readonly webhook: Buffer | null;
  readonly secret: Buffer | null;
}

/** What rules keep sealed is sealed anew after a rotation of the app's secret; else it were lost when the old one goes. */
@Injectable()
export class RuleSeals {
  private readonly logger = new Logger('Alerts');
  private isDone = false;

  constructor(
    private readonly background: BackgroundDatabase,
    private readonly sealing: SealedText,
  ) {}

  /** Once in the life of a process, and only where there was a rotation. Rejects as `BackgroundDatabase` does. */
  async renew(): Promise<void> {
    if (this.isDone || !this.sealing.isRotated) return;
    await this.background.transaction(async (run) => {
      const rules = await run<SealedRule>(
        `SELECT id, webhook_sealed AS webhook, secret_sealed AS secret FROM alert_rules
         WHERE webhook_sealed IS NOT NULL FOR NO KEY UPDATE`,
      );
      for (const rule of rules) {
        const webhook = this.renewed(rule, rule.webhook, webhookPlace(rule.id));
        const secret = this.renewed(rule, rule.secret, secretPlace(rule.id));
        if (webhook === undefined && secret === undefined) continue;
        await run(
          `UPDATE alert_rules SET webhook_sealed = coalesce($2, webhook_sealed), secret_sealed = coalesce($3, secret_sealed)
           WHERE id = $1`,
          [rule.id, webhook ?? null, secret ?? null],
        );
      }
    });
    this.isDone = true;
  }

  private renewed({ id }: SealedRule, sealed: Buffer | null, place: string): Buffer | undefined {
    if (sealed === null) return undefined;
    try {
      return this.sealing.renewed(sealed, place);
    } catch (error) {
      // The others are renewed all the same; this one was unreadable before.
      this.logger.error({ err: error, msg: 'The webhook of an alert rule cannot be read: set it anew', alert: id });
      return undefined;
    }
  }
}
