import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, Product, UserCaller, strictValidation } from '@lakescope/server-http';
import { BackgroundDatabase, Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import { Module, type LoggerService, type Type } from '@nestjs/common';
import { CollectionModule } from '../../collection/collection.module';
import { MetricsClock } from '../../collection/metrics-clock';
import { DAY_MS, KINDS, RAW_TABLES, iso, partitionOf, startOf } from '../../roll-up/raw-tables';
import { RollUp } from '../../roll-up/roll-up';
import { RollUpSteps } from '../../roll-up/roll-up-steps';
import { givenEvents, givenRequests, type GivenEvent, type GivenRequest } from '../../roll-up/testing/given-metrics';
import { AnswerCache } from '../answer-cache';
import { PerformanceMetric } from '../../performance-metric.entity';
import { QueriesModule } from '../queries.module';

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface MetricsAppOptions {
  env?: Readonly<Record<string, string | undefined>>;
  logger?: LoggerService;
  /** Answers are given again for so long; not at all unless it is said. */
  freshMs?: number;
}

/** Rolls up when a test says so, and not by the clock. */
@Module({ imports: [CollectionModule], providers: [RollUp, RollUpSteps] })
class RollUpOnDemand {}

/** The questions about metrics behind a real port and on a real Postgres, at any time of any day. */
export class MetricsApp {
  private readonly days = new Map<number, Promise<void>>();

  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(stack: LocalStack, { env, logger, freshMs = 0 }: MetricsAppOptions = {}): Promise<MetricsApp> {
    const limits = new HttpLimits();
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(env)),
        HttpModule.with(new Product('0.0.0'), limits),
        PersistenceModule.with([PerformanceMetric], migrations),
        QueriesModule,
        RollUpOnDemand,
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
      configure: (nest) => {
        if (logger !== undefined) nest.useLogger(logger);
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(limits, undefined));
      },
    });
    http.nest.get(AnswerCache, { strict: false }).freshMs = freshMs;
    await http.nest.get(DatabaseStartup).run();
    return new MetricsApp(stack, http);
  }

  get<T>(type: Type<T>): T {
    return this.http.nest.get(type, { strict: false });
  }

  /** From now on it is this instant. */
  setNow(now: number | string): void {
    jest.spyOn(this.get(MetricsClock), 'now').mockReturnValue(instantOf(now));
  }

  async ask<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    const answer = await this.http.fetch(`/metrics/${path}`, await this.stack.token('admin'));
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(text) : { text }) as Body };
  }

  sql<Row = Record<string, unknown>>(statement: string, ...parameters: unknown[]): Promise<Row[]> {
    return this.get(Database).asSystem((tx) => tx.query(statement, parameters));
  }

  async givenRequests(requests: readonly GivenRequest[]): Promise<void> {
    await this.givenDays(requests);
    await givenRequests({ background: this.get(BackgroundDatabase) }, requests);
  }

  async givenEvents(events: readonly GivenEvent[]): Promise<void> {
    await this.givenDays(events);
    await givenEvents({ background: this.get(BackgroundDatabase) }, events);
  }

  /** Everything that is stored is rolled up; when not until now, then as the schedule does it: the open bucket and hour are left. */
  async rollUp({ untilNow = true } = {}): Promise<void> {
    const { status } = await this.get(RollUp).run({ untilNow });
    if (status !== 'done') throw new Error(`The roll-up is ${status}`);
  }

  /** Nothing was ever stored. */
  async empty(): Promise<void> {
    await this.sql(
      'TRUNCATE performance_metrics, usage_events, aggregated_metrics, metric_totals, metric_users, metrics_dirty, metrics_ingest_log',
    );
  }

  /** As the app would have made the partitions while the days went by. */
  private async givenDays(rows: readonly { at: number | string }[]): Promise<void> {
    const days = new Set(rows.map(({ at }) => startOf(DAY_MS, instantOf(at))));
    for (const day of days) {
      // Whoever comes while a day is being made waits for it: a row in the default partition would be in its way.
      let made = this.days.get(day);
      if (made === undefined) this.days.set(day, (made = this.makeDay(day)));
      await made;
    }
  }

  private async makeDay(day: number): Promise<void> {
    for (const kind of KINDS) {
      await this.sql(
        `CREATE TABLE ${partitionOf(kind, day)} PARTITION OF ${RAW_TABLES[kind]}
         FOR VALUES FROM ('${iso(day)}') TO ('${iso(day + DAY_MS)}')`,
      );
    }
  }

  async stop(): Promise<void> {
    await this.http.stop();
  }
}

export function instantOf(instant: number | string): number {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}
