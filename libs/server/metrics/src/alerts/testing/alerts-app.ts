import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { AuditEntry } from '@lakescope/server-audit';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, Product, UserCaller, strictValidation } from '@lakescope/server-http';
import { BackgroundDatabase, Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import type { Type } from '@nestjs/common';
import { MetricsClock } from '../../collection/metrics-clock';
import { givenRequests, type GivenRequest } from '../../roll-up/testing/given-metrics';
import { AlertRule } from '../alert-rule.entity';
import { AlertMessenger } from '../alert-messenger';
import { AlertWatch } from '../alert-watch';
import { AlertsModule } from '../alerts.module';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Alert rules behind a real port and on a real Postgres; a minute passes when a test says so. */
export class AlertsApp {
  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
    /** What the app has logged. */
    readonly log: string[],
  ) {}

  static async start(
    stack: LocalStack,
    env: Readonly<Record<string, string | undefined>> = { LAKESCOPE_WEBHOOK_HOSTS: '127.0.0.1:9' },
  ): Promise<AlertsApp> {
    const limits = new HttpLimits();
    const log: string[] = [];
    const note = (...parts: unknown[]): void => void log.push(JSON.stringify(parts));
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(env)),
        HttpModule.with(new Product('0.0.0'), limits),
        PersistenceModule.with([AlertRule, AuditEntry], migrations),
        AlertsModule,
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
      configure: (nest) => {
        nest.useLogger({ log: note, warn: note, error: note });
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(limits, undefined));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new AlertsApp(stack, http, log);
  }

  get<T>(type: Type<T>): T {
    return this.http.nest.get(type, { strict: false });
  }

  setNow(now: number | string): void {
    jest.spyOn(this.get(MetricsClock), 'now').mockReturnValue(typeof now === 'number' ? now : Date.parse(now));
  }

  /** What the schedule does each minute, and all that follows from it. */
  async minute(now: number): Promise<void> {
    this.setNow(now);
    await this.get(AlertWatch).evaluate();
    await this.sendAll();
  }

  /** Everything that is due is sent. */
  async sendAll(): Promise<void> {
    const messenger = this.get(AlertMessenger);
    messenger.wake();
    await messenger.idle();
  }

  async ask(path: string, { method = 'GET', json }: { method?: string; json?: unknown } = {}): Promise<Answer> {
    const answer = await this.http.fetch(`/metrics/alerts${path}`, await this.stack.token('admin'), {
      method,
      ...(json === undefined ? {} : { json }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
  }

  /** A rule that was made. */
  async given(rule: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { status, body } = await this.ask('', { method: 'POST', json: slowCatalogs(rule) });
    if (status !== 201) throw new Error(`The rule was not made: ${JSON.stringify(body)}`);
    return String(body['id']);
  }

  async rule(id: string): Promise<Record<string, unknown>> {
    const { body } = await this.ask('');
    const found = (body['items'] as Record<string, unknown>[]).find((item) => item['id'] === id);
    if (found === undefined) throw new Error(`There is no rule ${id}`);
    return found;
  }

  /** How often each kind of message was written down about the rule, and what became of it. */
  deliveries(ruleId: string): Promise<{ event: string; attempts: number; delivered: boolean; givenUp: boolean }[]> {
    return this.sql(
      `SELECT event, attempts, delivered_at IS NOT NULL AS delivered, given_up_at IS NOT NULL AS "givenUp"
       FROM alert_deliveries WHERE rule_id = $1 ORDER BY created_at, event`,
      ruleId,
    );
  }

  givenRequests(requests: readonly GivenRequest[]): Promise<void> {
    return givenRequests({ background: this.get(BackgroundDatabase) }, requests);
  }

  sql<Row = Record<string, unknown>>(statement: string, ...parameters: unknown[]): Promise<Row[]> {
    return this.get(Database).asSystem((tx) => tx.query(statement, parameters));
  }

  async empty(): Promise<void> {
    await this.sql(
      'TRUNCATE performance_metrics, aggregated_metrics, metrics_dirty, metrics_ingest_log, alert_rules CASCADE',
    );
    this.log.length = 0;
  }

  async stop(): Promise<void> {
    await this.http.stop();
  }
}

export function slowCatalogs(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: 'Catalogs are slow',
    condition: 'latency',
    percentile: 95,
    threshold: 100,
    window_minutes: 5,
    ...changes,
  };
}
