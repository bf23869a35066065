import { randomUUID } from 'node:crypto';
import { Secret } from '@lakescope/databricks-client';
import { InvalidRequest } from '@lakescope/server-http';
import { Database, SealedColumns, SealedText, type RunStatement } from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { MetricsClock } from '../collection/metrics-clock';
import { lastDeliveries, noteDelivery } from './alert-deliveries';
import { AlertMessenger } from './alert-messenger';
import { AlertRule } from './alert-rule.entity';
import { AlertRuleDto, type AlertRuleListDto } from './alert-rule.dto';
import { AlertWatch } from './alert-watch';
import { AlertRuleExists, AlertRuleNotFound, TooManyAlertRules } from './alerts.errors';
import { secretPlace, webhookPlace } from './rule-places';
import { changedTerms, isSameQuestion, misfits, newTerms, type RuleTerms } from './rule-terms';
import { WebhookTargets } from './webhook-targets';
import type { CreateAlertRuleDto, UpdateAlertRuleDto } from './write-alert-rule.dto';

const MOST_RULES = 100;
const FEATURE = { feature: 'Alerts' } as const;
const UNIQUE_VIOLATION = '23505';

const SEALED = {
  table: 'alert_rules',
  keys: ['id'],
  ifUnreadable: 'set the webhook of the rule anew.',
} as const;

/** The rules on performance metrics, as administrators make them. */
@Injectable()
export class AlertRules implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly sealing: SealedText,
    private readonly targets: WebhookTargets,
    private readonly clock: MetricsClock,
    private readonly watch: AlertWatch,
    private readonly messenger: AlertMessenger,
    private readonly sealed: SealedColumns,
  ) {}

  onModuleInit(): void {
    const sealed = [
      { column: 'webhook_sealed', what: 'webhooks of alert rules', place: webhookPlace },
      { column: 'secret_sealed', what: 'signing secrets of webhooks', place: secretPlace },
    ];
    for (const { place, ...column } of sealed) {
      this.sealed.register({ ...SEALED, ...column, placeOf: ({ id = '' }) => place(id) });
    }
  }

  async list(): Promise<AlertRuleListDto> {
    return this.database.asSystem(
      async (tx) => {
        const rules = await tx.find(AlertRule, { order: { name: 'ASC' } });
        return { items: await this.described(tx, rules) };
      },
      { ...FEATURE, repeat: 'read' },
    );
  }

  create(dto: CreateAlertRuleDto): Promise<AlertRuleDto> {
    const terms = fitting(newTerms(dto));
    const id = randomUUID();
    const webhook = this.webhookOf(id, dto, undefined);
    return this.writing(terms, async (tx) => {
      // Two at once could both be the last there may be.
      await tx.query('LOCK TABLE alert_rules IN SHARE ROW EXCLUSIVE MODE');
      if ((await tx.count(AlertRule)) >= MOST_RULES) throw new TooManyAlertRules(MOST_RULES);
      const now = new Date(this.clock.now());
      const rule = tx.create(AlertRule, {
        id,
        ...terms,
        ...webhook,
        state: 'ok',
        stateSince: now,
        lastValue: null,
        lastEvaluatedAt: null,
        createdAt: now,
        updatedAt: now,
      });
      await tx.insert(AlertRule, rule);
      return rule;
    });
  }

  update(id: string, dto: UpdateAlertRuleDto): Promise<AlertRuleDto> {
    return this.writing({ name: dto.name?.trim() ?? '' }, async (tx) => {
      const rule = await tx.findOne(AlertRule, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (rule === null) throw new AlertRuleNotFound(id);
      const terms = fitting(changedTerms(rule, dto));
      const now = new Date(this.clock.now());
      const isSame = isSameQuestion(rule, terms);
      const stands = isSame ? {} : ({ state: 'ok', stateSince: now, lastValue: null, lastEvaluatedAt: null } as const);
      // Who was told that it fires would wait for the end for ever.
      if (!isSame && rule.state === 'firing' && rule.webhookSealed !== null && dto.webhook_url === undefined) {
        const payload = this.watch.payloadOf(rule, 'resolved', null, now);
        await noteDelivery(runIn(tx), { ruleId: id, event: 'resolved', payload });
      }
      return tx.save(AlertRule, { ...rule, ...terms, ...stands, ...this.webhookOf(id, dto, rule), updatedAt: now });
    });
  }

  async delete(id: string): Promise<void> {
    await this.database.asSystem(async (tx) => {
      const { affected } = await tx.delete(AlertRule, { id });
      if (affected === 0) throw new AlertRuleNotFound(id);
    }, FEATURE);
  }

  private async writing(
    { name }: Pick<RuleTerms, 'name'>,
    write: (tx: EntityManager) => Promise<AlertRule>,
  ): Promise<AlertRuleDto> {
    try {
      const described = await this.database.asSystem(async (tx) => this.described(tx, [await write(tx)]), FEATURE);
      this.watch.expectRules();
      this.messenger.wake();
      const [dto] = described;
      if (dto === undefined) throw new Error('A rule was written and not described');
      return dto;
    } catch (error) {
      const { code } = error as { code?: unknown };
      throw code === UNIQUE_VIOLATION ? new AlertRuleExists(name) : error;
    }
  }

  private async described(tx: EntityManager, rules: readonly AlertRule[]): Promise<AlertRuleDto[]> {
    const latest = await lastDeliveries(
      runIn(tx),
      rules.map(({ id }) => id),
    );
    const byRule = new Map(latest.map((delivery) => [delivery.ruleId, delivery]));
    return rules.map((rule) => AlertRuleDto.from(rule, byRule.get(rule.id), this.clock.now()));
  }

  /** A secret without a webhook is nothing; a webhook that goes takes its secret along. */
  private webhookOf(
    id: string,
    { webhook_url: url, webhook_secret: secret }: Pick<CreateAlertRuleDto, 'webhook_url' | 'webhook_secret'>,
    before: AlertRule | undefined,
  ): Partial<Pick<AlertRule, 'webhookHost' | 'webhookSealed' | 'secretSealed'>> {
    const none = { webhookHost: null, webhookSealed: null, secretSealed: null };
    const hasWebhook = url === undefined ? before?.webhookSealed != null : url !== null;
    if (!hasWebhook) {
      if (secret !== undefined && secret !== null) {
        const message = 'is for rules with a webhook: set webhook_url too';
        throw new InvalidRequest(`webhook_secret ${message}`, [{ path: 'webhook_secret', message }]);
      }
      return url === null || before === undefined ? none : {};
    }
    const target = url === undefined || url === null ? undefined : this.targets.parse(url);
    return {
      ...(target === undefined
        ? {}
        : {
            webhookHost: target.host,
            webhookSealed: this.sealing.seal(new Secret(target.href), webhookPlace(id)),
          }),
      ...(secret === undefined
        ? {}
        : { secretSealed: secret === null ? null : this.sealing.seal(new Secret(secret), secretPlace(id)) }),
    };
  }
}

function runIn(tx: EntityManager): RunStatement {
  return (text, values = []) => tx.query(text, [...values]);
}

function fitting(terms: RuleTerms): RuleTerms {
  const fields = misfits(terms);
  const [first] = fields;
  if (first !== undefined) throw new InvalidRequest(`${first.path} ${first.message}`, fields);
  return terms;
}
