import { migrations } from '@lakescope/migrations';
import { ConfigModule } from '@lakescope/server-config';
import { HttpModule, Lifecycle, Product } from '@lakescope/server-http';
import { BackgroundDatabase, Database, DatabaseStartup, PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import { MetricsClock } from '../../collection/metrics-clock';
import { Partitions } from '../partitions';
import { Retention } from '../retention';
import { RollUp } from '../roll-up';
import { RollUpSteps } from '../roll-up-steps';

/** A clock that tests put where they want it; it stands still there. */
export class SetClock extends MetricsClock {
  at: number | undefined;

  override now(): number {
    return this.at ?? super.now();
  }
}

/** Does after each statement what a test wants. */
export class WatchedSteps extends RollUpSteps {
  seen: string[] = [];
  then: ((step: number, statement: string) => void | Promise<void>) | undefined;

  override async after(statement: string): Promise<void> {
    this.seen.push(statement);
    await this.then?.(this.seen.length, statement);
  }
}

/** The roll-up of one server process. */
export class MetricsReplica {
  readonly clock = new SetClock();
  readonly steps = new WatchedSteps();
  readonly partitions: Partitions;
  readonly rollUp: RollUp;
  readonly retention: Retention;

  private constructor(private readonly http: HttpApp) {
    const { background, clock } = this;
    this.partitions = new Partitions(background, clock);
    this.rollUp = new RollUp(background, clock, this.steps);
    this.retention = new Retention(background, clock);
  }

  /** Brings the schema up where it is not there yet. */
  static async start(stack: LocalStack): Promise<MetricsReplica> {
    const http = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config()),
        HttpModule.with(new Product('0.0.0')),
        PersistenceModule.with([], migrations),
      ],
      // Nobody asks this server anything.
      identify: () => undefined,
      configure: () => undefined,
    });
    await http.nest.get(DatabaseStartup).run();
    return new MetricsReplica(http);
  }

  get background(): BackgroundDatabase {
    return this.http.nest.get(BackgroundDatabase);
  }

  get database(): Database {
    return this.http.nest.get(Database);
  }

  get lifecycle(): Lifecycle {
    return this.http.nest.get(Lifecycle);
  }

  set now(instant: string | number) {
    this.clock.at = typeof instant === 'number' ? instant : Date.parse(instant);
  }

  sql<Row>(text: string, ...values: unknown[]): Promise<Row[]> {
    return this.background.statement<Row>({ text, values });
  }

  async stop(): Promise<void> {
    await this.http.stop();
  }
}
