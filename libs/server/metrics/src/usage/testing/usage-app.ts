import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { ConfigModule } from '@lakescope/server-config';
import { HttpModule, ProblemFilter, HttpLimits, Product, UserCaller, strictValidation } from '@lakescope/server-http';
import { Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack } from '@lakescope/server-testing';
import type { FastifyInstance } from 'fastify';
import { MetricsClock } from '../../collection/metrics-clock';
import { UsageEvent } from '../../usage-event.entity';
import { useRawBodies } from '../raw-body';
import type { UsageEventsReceipt } from '../usage-events-receipt.dto';
import { UsageModule } from '../usage.module';
import { uuidV7 } from '../uuid-v7';

export type Person = Parameters<LocalStack['token']>[0];

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

/** What the books say, which is the same at every moment. */
export interface Books {
  /** Sum of the entries of the ledger. */
  booked: number;
  /** Events that are there. */
  stored: number;
  /** Events whose bucket has no mark. */
  unmarked: number;
}

/** Usage events behind a real port and on a real Postgres. */
export class UsageApp {
  private constructor(
    private readonly stack: LocalStack,
    private readonly http: HttpApp,
  ) {}

  static async start(stack: LocalStack, env: Readonly<Record<string, string | undefined>> = {}): Promise<UsageApp> {
    const limits = new HttpLimits();
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(env)),
        HttpModule.with(new Product('0.0.0'), limits),
        PersistenceModule.with([UsageEvent], migrations),
        UsageModule,
      ],
      identify: (userId, token) =>
        new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
      configure: (nest) => {
        useRawBodies(nest.getHttpAdapter().getInstance() as unknown as FastifyInstance);
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(limits, undefined));
      },
    });
    await http.nest.get(DatabaseStartup).run();
    return new UsageApp(stack, http);
  }

  get url(): string {
    return this.http.url;
  }

  get now(): number {
    return Math.floor(this.http.nest.get(MetricsClock, { strict: false }).now());
  }

  async send(
    events: unknown,
    { as = 'analyst', headers = {} }: { as?: Person; headers?: Record<string, string> } = {},
  ): Promise<Answer<UsageEventsReceipt>> {
    return this.post(JSON.stringify({ events }), { as, headers });
  }

  async post<Body = UsageEventsReceipt>(
    body: string | Uint8Array<ArrayBuffer>,
    { as = 'analyst', headers = {} }: { as?: Person; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const response = await this.http.fetch('/metrics/usage-events', await this.stack.token(as), {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }

  async count(query = '', as: Person = 'analyst'): Promise<Answer> {
    const response = await this.http.fetch(`/metrics/usage/count${query}`, await this.stack.token(as));
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  }

  /** A page view of this moment, or of another one. */
  event(parts: Readonly<Record<string, unknown>> = {}, at: number = this.now): Record<string, unknown> {
    return { event_id: uuidV7(at), event_type: 'page_view', ...parts };
  }

  sql<Row>(statement: string, ...parameters: unknown[]): Promise<Row[]> {
    return this.http.nest.get(Database).asSystem((tx) => tx.query(statement, parameters));
  }

  rowsOf(as: Person): Promise<Record<string, unknown>[]> {
    return this.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY "timestamp", event_id', this.userOf(as));
  }

  userOf(as: Person): string {
    return this.stack.workspace.personas[as].userName;
  }

  async books(): Promise<Books | undefined> {
    const [books] = await this.sql<Books>(`
      SELECT (SELECT coalesce(sum(rows), 0)::integer FROM metrics_ingest_log WHERE kind = 'usage') AS booked,
             (SELECT count(*)::integer FROM usage_events) AS stored,
             (SELECT count(*)::integer FROM usage_events AS event WHERE NOT EXISTS (
                SELECT FROM metrics_dirty WHERE kind = 'usage'
                  AND bucket = date_bin('5 minutes', event."timestamp", timestamptz '2000-01-01 00:00:00Z'))) AS unmarked`);
    return books;
  }

  async empty(): Promise<void> {
    await this.sql('TRUNCATE usage_events, metrics_ingest_log, metrics_dirty');
  }

  async stop(): Promise<void> {
    await this.http.stop();
  }
}
