import { Injectable, Logger } from '@nestjs/common';

/** Further off than that, the wall clock was set, and we follow. */
const TOLERANCE_MS = 1_000;

/**
 * Server time: the monotonic clock, anchored at the wall clock. Two readings never go backwards while nobody sets the wall clock, and a
 * step of the wall clock changes no duration.
 */
@Injectable()
export class MetricsClock {
  private readonly logger = new Logger('Metrics');
  private anchor = Date.now() - performance.now();

  /** Milliseconds since 1970. */
  now(): number {
    return this.anchor + performance.now();
  }

  /** Follows the wall clock when it was set. Called once a second; answers how far it had gone, in milliseconds. */
  follow(): number {
    const drift = Date.now() - this.now();
    if (Math.abs(drift) <= TOLERANCE_MS) return 0;
    this.anchor += drift;
    this.logger.warn(`The clock of this machine was set by ${(drift / 1000).toFixed(1)} s; metrics follow it`);
    return drift;
  }
}
