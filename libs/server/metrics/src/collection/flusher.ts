import { setTimeout as delay } from 'node:timers/promises';
import { LakebaseConfig } from '@lakescope/server-config';
import { BackgroundDatabase, connectionFault } from '@lakescope/server-persistence';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CollectionLimits } from './collection-limits';
import { Dispatch } from './dispatch';
import { LossAccount } from './loss-account';
import { MetricsClock } from './metrics-clock';
import { PartitionsReady } from './partitions-ready';
import { RetryPauses } from './retry-pauses';
import { SampleStore } from './sample-store';
import { ShipmentClerk } from './shipment-clerk';

/**
 * Brings samples to the database: every second, or as soon as there is enough for a statement; one statement at a time, so a database that
 * is slow gets larger ones and not more of them. What fails is tried again, always the same under the same number, and never in a
 * request's way.
 */
@Injectable()
export class Flusher implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Metrics');
  private readonly pauses: RetryPauses;
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private readonly hurrying = new AbortController();
  private toldToStopAt = Infinity;
  private recovering = false;
  private stopped = false;
  private failing: { since: number; reason: string } | undefined;
  private waitingSince: number | undefined;
  private busyAt = 0;
  private flushedAt: Date | undefined;

  constructor(
    private readonly config: LakebaseConfig,
    private readonly limits: CollectionLimits,
    private readonly clock: MetricsClock,
    private readonly database: BackgroundDatabase,
    private readonly partitions: PartitionsReady,
    private readonly store: SampleStore,
    private readonly dispatch: Dispatch,
    private readonly clerk: ShipmentClerk,
    private readonly losses: LossAccount,
  ) {
    this.pauses = new RetryPauses(limits);
  }

  get lastFlushAt(): Date | undefined {
    return this.flushedAt;
  }

  /** Samples wait longer than they should, or the last attempt has failed. */
  get isBehind(): boolean {
    const { waitingSince, limits } = this;
    return (
      this.failing !== undefined ||
      (waitingSince !== undefined && performance.now() - waitingSince > limits.degradedAfterMs)
    );
  }

  onApplicationBootstrap(): void {
    if (!this.config.configured) return;
    // Not at once: the request that fills the batch must not wait for it.
    this.store.whenEnough(() => setImmediate(() => this.wake()));
    this.timer = setInterval(() => this.tick(), this.limits.flushEveryMs);
    this.timer.unref();
  }

  /** The app is stopping: requests under way finish, and what has piled up need not spare anybody any more. */
  onModuleDestroy(): void {
    this.toldToStopAt = performance.now();
    this.hurrying.abort();
    clearTimeout(this.retry);
    this.retry = undefined;
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    clearTimeout(this.retry);
    this.stopped = true;
    if (this.config.configured) await this.drain();
  }

  /** Stores everything that was recorded before this call; rejects when the database does not take it now. */
  async flushNow(): Promise<void> {
    const { accepted } = this.store;
    // Only one brings samples away at a time, else a shipment would be delivered twice.
    while (this.running !== undefined) await this.running;
    const flushing = this.flushFirst(accepted);
    // Who wants to know is told by the call; the next one must not fail for it.
    this.running = flushing.catch(() => undefined).finally(() => (this.running = undefined));
    await flushing;
  }

  private tick(): void {
    this.clock.follow();
    this.store.absorb();
    if (this.dispatch.waiting > 0) {
      this.waitingSince ??= performance.now();
      this.busyAt = performance.now();
    }
    this.wake();
  }

  private wake(): void {
    if (this.running !== undefined || this.retry !== undefined || this.stopped || !this.database.isOpen) return;
    this.running = this.pump().finally(() => (this.running = undefined));
  }

  /** Stores what is there now, and goes on while there is more than the next second would take anyway. */
  private async pump(): Promise<void> {
    for (let sent = 0; !this.stopped;) {
      const shipment = this.dispatch.next(this.mostSamples) ?? this.quietWhenDue();
      if (shipment === undefined) return;
      const startedAt = performance.now();
      try {
        await this.partitions.ensured();
        await this.clerk.ship(shipment);
      } catch (error) {
        this.failed(error, performance.now() - startedAt);
        return;
      }
      this.succeeded();
      sent += shipment.samples;
      if (!this.dispatch.hasBacklog && (sent > 0 || this.store.size === 0)) {
        this.recovering = false;
        return;
      }
      await this.spare(shipment.rows, performance.now() - startedAt);
    }
  }

  /** Not what comes meanwhile: there may be no end of that. */
  private async flushFirst(accepted: number): Promise<void> {
    clearTimeout(this.retry);
    this.retry = undefined;
    await this.partitions.ensured();
    while (this.dispatch.holdsOneOfFirst(accepted)) {
      const shipment = this.dispatch.next(this.mostSamples, true);
      // All of it was too old.
      if (shipment === undefined) continue;
      await this.clerk.ship(shipment);
      this.succeeded();
    }
  }

  private get mostSamples(): number {
    return this.hurrying.signal.aborted ? this.limits.drainSamples : this.limits.flushSamples;
  }

  private quietWhenDue() {
    const isDue = this.dispatch.isLeftOpen && performance.now() - this.busyAt >= this.limits.quietAfterMs;
    return isDue ? this.dispatch.quiet() : undefined;
  }

  /** A database that has just come back is not met with everything at once. */
  private async spare(rows: number, tookMs: number): Promise<void> {
    if (!this.recovering) return;
    const pause = (rows / this.limits.recoverySamplesPerSecond) * 1000 - tookMs;
    // Who is told to hurry waits no longer.
    if (pause > 0) await delay(pause, undefined, { signal: this.hurrying.signal, ref: false }).catch(() => undefined);
  }

  private succeeded(): void {
    this.pauses.success();
    this.waitingSince = undefined;
    this.flushedAt = new Date(this.clock.now());
    if (this.failing === undefined) return;
    const seconds = ((performance.now() - this.failing.since) / 1000).toFixed(1);
    this.logger.log(`Performance metrics are stored again after ${seconds} s; ${this.dispatch.waiting} wait`);
    this.failing = undefined;
  }

  private failed(error: unknown, tookMs: number): void {
    const reason = connectionFault(error) ?? (error instanceof Error ? error.message : String(error));
    this.recovering = true;
    // Once, and again when there is something new to say.
    if (this.failing?.reason !== reason) {
      this.logger.warn({ msg: `Performance metrics are kept until the database takes them: ${reason}`, err: error });
    }
    this.failing = { since: this.failing?.since ?? performance.now(), reason };
    if (this.stopped || this.hurrying.signal.aborted) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.wake();
    }, this.pauses.afterFailure(tookMs));
    this.retry.unref();
  }

  /** What is left when the last request has ended, and the word that this was all. */
  private async drain(): Promise<void> {
    const { drainMs, stopMs, drainAttempts, retryMs } = this.limits;
    const now = performance.now();
    const end = Math.max(now + drainMs, Math.min(this.toldToStopAt, now) + stopMs);
    const inTime = delay(end - now, 'late' as const, { ref: false });
    for (let failures = 0; failures < drainAttempts && performance.now() < end;) {
      if (this.dispatch.isEmpty && !this.dispatch.isLeftOpen) return;
      try {
        if ((await Promise.race([this.drainOnce(), inTime])) === 'late') break;
      } catch (error) {
        failures++;
        this.failed(error, 0);
        await delay(retryMs, undefined, { ref: false });
      }
    }
    this.losses.settle();
  }

  private async drainOnce(): Promise<void> {
    await this.flushNow();
    if (this.dispatch.isLeftOpen) await this.clerk.ship(this.dispatch.quiet());
  }
}
