import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

export interface Vitals {
  readonly startedAtSeconds: number;
  readonly uptimeSeconds: number;
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly cpuSeconds: number;
  /** How late the event loop was, since it was last asked for. */
  readonly eventLoopDelaySeconds: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** How the process itself is. */
@Injectable()
export class ProcessVitals implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  onApplicationBootstrap(): void {
    this.delay.enable();
  }

  onApplicationShutdown(): void {
    this.delay.disable();
  }

  read(): Vitals {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const isEmpty = this.delay.count === 0;
    // What is recorded is how long a timer of 20 ms took.
    const seconds = (nanoseconds: number): number =>
      isEmpty ? 0 : Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
    const eventLoopDelaySeconds = {
      p50: seconds(this.delay.percentile(50)),
      p99: seconds(this.delay.percentile(99)),
      max: seconds(this.delay.max),
    };
    this.delay.reset();
    return {
      startedAtSeconds: performance.timeOrigin / 1000,
      uptimeSeconds: process.uptime(),
      residentBytes: rss,
      heapUsedBytes: heapUsed,
      cpuSeconds: (user + system) / 1e6,
      eventLoopDelaySeconds,
    };
  }
}
