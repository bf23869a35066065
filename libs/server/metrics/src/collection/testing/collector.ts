import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { migrations } from '@lakescope/migrations';
import { ConfigModule } from '@lakescope/server-config';
import { HttpModule, Product, RequestObservers, type ObservedRequest } from '@lakescope/server-http';
import { BackgroundDatabase, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import type { LoggerService, Type } from '@nestjs/common';
import { CollectionLimits } from '../collection-limits';
import { CollectionModule } from '../collection.module';
import { CollectionState, type CollectionSnapshot } from '../collection-state';
import { Flusher } from '../flusher';
import { MetricsBoot } from '../metrics-boot';

type LogLine = Readonly<Record<string, unknown>>;

export interface CollectorOptions {
  env?: Readonly<Record<string, string>>;
  limits?: Partial<CollectionLimits>;
}

/** What the database holds of one boot, or of all. */
export interface Stored {
  raw: number;
  ledgerRows: number;
  folded: number;
}

/** The metrics collection of one process, at work on a real database; requests are told to it as the HTTP server would. */
export class Collector {
  private sequence = 0;

  private constructor(
    private readonly http: HttpApp,
    /** What it logged. */
    readonly log: LogLine[],
  ) {}

  static async start(stack: LocalStack, { env = {}, limits = {} }: CollectorOptions = {}): Promise<Collector> {
    const log: LogLine[] = [];
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config(env)),
        HttpModule.with(new Product('0.0.0')),
        PersistenceModule.with([], migrations),
        CollectionModule,
      ],
      identify: () => undefined,
      configure: (nest) => {
        nest.useLogger(keepIn(log));
        Object.assign(nest.get(CollectionLimits, { strict: false }), limits);
      },
    });
    return new Collector(http, log);
  }

  /** With the database brought up. */
  static async ready(stack: LocalStack, options: CollectorOptions = {}): Promise<Collector> {
    const collector = await Collector.start(stack, options);
    await collector.get(DatabaseStartup).run();
    return collector;
  }

  get<T>(type: Type<T>): T {
    return this.http.nest.get(type, { strict: false });
  }

  get snapshot(): CollectionSnapshot {
    return this.get(CollectionState).snapshot();
  }

  get bootId(): string {
    return this.get(MetricsBoot).id;
  }

  observe(request: Partial<ObservedRequest> = {}): void {
    this.get(RequestObservers).notify({
      endpoint: '/api/v1/status',
      method: 'GET',
      status: 200,
      durationMs: 12.5,
      userId: 'ana@example.com',
      errorType: undefined,
      correlationId: randomUUID(),
      ...request,
    });
  }

  observeMany(count: number, request: (index: number) => Partial<ObservedRequest> = () => ({})): void {
    for (let index = 0; index < count; index++) this.observe(request(this.sequence++));
  }

  flush(): Promise<void> {
    return this.get(Flusher).flushNow();
  }

  sql<Row = Record<string, unknown>>(text: string, ...values: unknown[]): Promise<Row[]> {
    return this.get(BackgroundDatabase).statement<Row>({ text, values });
  }

  async stored(): Promise<Stored> {
    const [stored] = await this.sql<Stored>(
      `SELECT (SELECT count(*) FROM performance_metrics)::int AS raw,
              (SELECT coalesce(sum(rows), 0) FROM metrics_ingest_log WHERE kind = 'performance')::int AS "ledgerRows",
              (SELECT coalesce(sum(sample_count), 0) FROM aggregated_metrics WHERE source = $1)::int AS folded`,
      this.bootId,
    );
    if (stored === undefined) throw new Error('The database counts nothing');
    return stored;
  }

  async until(condition: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(`It did not happen in time: ${JSON.stringify(this.snapshot)}`);
      await delay(20);
    }
  }

  /** Everything that could be stored is. */
  async settled(patienceMs?: number): Promise<void> {
    await this.until(() => this.snapshot.inRing === 0 && this.snapshot.overflowHeld === 0, patienceMs);
    await this.flush();
  }

  /** As a process that is told to stop. */
  async stop(): Promise<void> {
    await this.http.stop();
  }
}

/** At every moment; see `CollectionSnapshot`. */
export function balanceOf({ observed, written, overflow, dropped, inRing }: CollectionSnapshot): number {
  return observed - written - overflow - inRing - Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

function keepIn(log: LogLine[]): LoggerService {
  const keep = (line: unknown): void => {
    log.push(typeof line === 'object' && line !== null ? (line as LogLine) : { msg: String(line) });
  };
  return { log: keep, warn: keep, error: keep, debug: keep };
}
