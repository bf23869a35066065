import { AuditLog } from '@lakescope/server-audit';
import { Lifecycle } from '@lakescope/server-http';
import { BackgroundDatabase, Database, failureReason } from '@lakescope/server-persistence';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CollectionState } from '../collection/collection-state';
import { MetricsClock } from '../collection/metrics-clock';
import { PartitionsReady } from '../collection/partitions-ready';
import { Partitions } from './partitions';
import { BUCKET_MS, HOUR_MS } from './raw-tables';
import { Retention } from './retention';
import { RollUp } from './roll-up';

const TICK_MS = 30_000;
/** Replicas that were started together must not come at the same moment for ever. */
const JITTER_MS = 5_000;

/**
 * When the roll-up and what belongs to it are run: every half minute, partitions and retention every hour, and only while the database
 * is awake for other work or this process knows of rows to roll up: Lakebase scales to zero, and looking whether there is something to
 * do must not keep it from doing so.
 */
@Injectable()
export class RollUpSchedule implements OnModuleInit {
  private readonly logger = new Logger('Metrics');
  private running = false;
  private complaint: string | undefined;
  /** By the metrics' clock: when the last roll-up began, when the next one has something to do, and when the hourly part is due. */
  private rolledAt = 0;
  private dueAt = Infinity;
  private tidyAt = 0;

  constructor(
    private readonly background: BackgroundDatabase,
    @Inject(Database) private readonly database: Pick<Database, 'poolUse' | 'asSystem'>,
    private readonly lifecycle: Lifecycle,
    private readonly clock: MetricsClock,
    @Inject(CollectionState) private readonly collection: Pick<CollectionState, 'snapshot'>,
    private readonly partitionsReady: PartitionsReady,
    private readonly partitions: Partitions,
    private readonly rollUp: RollUp,
    private readonly retention: Retention,
    private readonly auditLog: AuditLog,
  ) {}

  onModuleInit(): void {
    this.partitionsReady.by(() => this.partitions.ensure());
  }

  @Interval(TICK_MS)
  beat(): void {
    setTimeout(() => void this.tick(), Math.random() * JITTER_MS).unref();
  }

  /** Does what is due; never rejects. */
  async tick(): Promise<void> {
    if (this.running || this.lifecycle.phase !== 'ready' || !this.background.isOpen || !this.hasReason()) return;
    this.running = true;
    try {
      await this.work();
      this.complaint = undefined;
    } catch (error) {
      this.complain(error);
    } finally {
      this.running = false;
    }
  }

  private hasReason(): boolean {
    if (this.database.poolUse.total > 0 || this.clock.now() >= this.dueAt) return true;
    const { lastFlushAt } = this.collection.snapshot();
    if (this.clock.now() < this.rolledAt) this.rolledAt = 0;
    return lastFlushAt !== undefined && lastFlushAt.getTime() > this.rolledAt;
  }

  private async work(): Promise<void> {
    const now = this.clock.now();
    // Further off than it can be, the clock was ahead when it was set.
    const isHourly = now >= this.tidyAt || now < this.tidyAt - HOUR_MS;
    if (isHourly) await this.partitions.ensure();
    const { status, oldestDirty } = await this.rollUp.run();
    this.rolledAt = now;
    // The open bucket is rolled up once it is closed, also when nobody comes any more; then the database may sleep.
    this.dueAt = oldestDirty === undefined || status === 'skipped' ? Infinity : oldestDirty.getTime() + BUCKET_MS;
    if (!isHourly) return;
    await this.retention.run();
    await this.database.asSystem((tx) => this.auditLog.expire(tx), { repeat: 'write' });
    this.tidyAt = now + HOUR_MS;
  }

  /** Once, and again only when there is something new to say: the next try is soon. */
  private complain(error: unknown): void {
    const reason = failureReason(error);
    if (reason !== this.complaint) this.logger.warn({ err: error, msg: `Metrics were not rolled up: ${reason}` });
    this.complaint = reason;
  }
}
