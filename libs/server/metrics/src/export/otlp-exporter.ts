import { setTimeout as delay } from 'node:timers/promises';
import { OtlpConfig } from '@lakescope/server-config';
import { Product } from '@lakescope/server-http';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CumulativeSketches } from '../collection/cumulative-sketches';
import { MetricsBoot } from '../collection/metrics-boot';
import { MetricsClock } from '../collection/metrics-clock';
import { OtlpConnection, OtlpRefusal } from './otlp-connection';
import { OtlpLimits } from './otlp-limits';
import { otlpMetrics } from './otlp-metrics';

/**
 * Sends what was counted since the process began to the collector that is configured, again and again. Nothing is lost when one sending
 * fails: the next one tells everything anew.
 */
@Injectable()
export class OtlpExporter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Metrics');
  private readonly stopping = new AbortController();
  private readonly connection: OtlpConnection | undefined;
  private readonly since: number;
  private isFailing = false;

  constructor(
    @Inject(OtlpConfig) config: OtlpConfig,
    @Inject(OtlpLimits) private readonly limits: OtlpLimits,
    @Inject(Product) private readonly product: Product,
    private readonly sketches: CumulativeSketches,
    private readonly boot: MetricsBoot,
    private readonly clock: MetricsClock,
  ) {
    this.since = clock.now();
    this.connection = config.endpoint && new OtlpConnection(config.endpoint, config.headers, product, limits);
  }

  onApplicationBootstrap(): void {
    if (this.connection !== undefined) void this.sendAgainAndAgain(this.connection);
  }

  /** What was counted last is told in one attempt, for as long as a stopping process has. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    if (this.connection === undefined) return;
    try {
      const body = this.body();
      if (body !== undefined) await this.connection.send(body, AbortSignal.timeout(this.limits.lastSendingMs));
    } catch (error) {
      this.note(error);
    }
  }

  private async sendAgainAndAgain(connection: OtlpConnection): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await delay(this.limits.intervalMs, undefined, { signal, ref: false });
        await this.sendWithPatience(connection, signal);
        if (this.isFailing) this.logger.log('The OTLP collector takes metrics again');
        this.isFailing = false;
      } catch (error) {
        if (!signal.aborted) this.note(error);
      }
    }
  }

  /** Once more after a while when the collector asks for it, or does not answer; a refusal is final. */
  private async sendWithPatience(connection: OtlpConnection, signal: AbortSignal): Promise<void> {
    const body = this.body();
    if (body === undefined) return;
    for (let attempt = 1; ; attempt++) {
      try {
        await connection.send(body, signal);
        return;
      } catch (error) {
        if (!(error instanceof OtlpRefusal) || !error.mayRepeat || attempt >= this.limits.attempts) throw error;
        const backoffMs = this.limits.retryMs * 2 ** (attempt - 1) * (0.5 + Math.random());
        const waitMs = error.retryAfterMs ?? backoffMs;
        // Whoever is told to wait that long has newer numbers by then.
        if (waitMs > this.limits.intervalMs) throw error;
        await delay(waitMs, undefined, { signal, ref: false });
      }
    }
  }

  /** Undefined before the first request. */
  private body(): string | undefined {
    const { name, version } = this.product;
    const series = this.sketches.read();
    if (series.length === 0) return undefined;
    return JSON.stringify(
      otlpMetrics(series, {
        service: { name, version, instanceId: this.boot.id },
        since: this.since,
        until: this.clock.now(),
      }),
    );
  }

  /** Said once, until it works again: a collector that is away for a night is one line. */
  private note(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.isFailing) this.logger.warn(`Metrics could not be sent to the OTLP collector: ${reason}`);
    this.isFailing = true;
  }
}
