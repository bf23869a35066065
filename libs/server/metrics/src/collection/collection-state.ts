import { LakebaseConfig } from '@lakescope/server-config';
import { Injectable } from '@nestjs/common';
import { Dispatch } from './dispatch';
import { Flusher } from './flusher';
import { MetricsBoot } from './metrics-boot';
import { OverflowSketches } from './overflow-sketches';
import { SampleStore } from './sample-store';

export interface CollectionSnapshot {
  readonly bootId: string;
  /** `off`: no database is configured. `degraded`: samples wait longer than they should. */
  readonly state: 'ok' | 'degraded' | 'off';
  /** Samples since the process began: observed = written + overflow + sum(dropped) + inRing, at every moment. */
  readonly observed: number;
  /** Stored as raw rows. */
  readonly written: number;
  /** Folded into sketches of 5 minutes, because the ring was full. */
  readonly overflow: number;
  /** Of the folded ones, those whose sketches wait for the database. */
  readonly overflowHeld: number;
  /** By reason: `poison` (the database does not take the row), `too_late` (older than raw metrics are kept), `overflow_full`. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Waiting, or on their way. */
  readonly inRing: number;
  readonly ringCapacity: number;
  readonly lastFlushAt?: Date;
}

/** How the metrics collection of this process is doing. */
@Injectable()
export class CollectionState {
  constructor(
    private readonly config: LakebaseConfig,
    private readonly boot: MetricsBoot,
    private readonly store: SampleStore,
    private readonly overflow: OverflowSketches,
    private readonly dispatch: Dispatch,
    private readonly flusher: Flusher,
  ) {}

  snapshot(): CollectionSnapshot {
    const { lastFlushAt } = this.flusher;
    return {
      bootId: this.boot.id,
      state: this.state,
      observed: this.store.observed,
      written: this.dispatch.written,
      overflow: this.overflow.total,
      overflowHeld: this.overflow.held,
      dropped: this.dispatch.dropped,
      inRing: this.dispatch.waiting,
      ringCapacity: this.store.capacity,
      ...(lastFlushAt === undefined ? {} : { lastFlushAt }),
    };
  }

  private get state(): CollectionSnapshot['state'] {
    if (!this.config.configured) return 'off';
    return this.flusher.isBehind || this.overflow.held > 0 ? 'degraded' : 'ok';
  }
}
