import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CollectionState, type CollectionSnapshot } from '../collection/collection-state';
import { MetricsClock } from '../collection/metrics-clock';
import { iso } from './raw-tables';
import { OLDEST_DIRTY, RollUp } from './roll-up';

export interface MetricsState extends Omit<CollectionSnapshot, 'bootId' | 'overflowHeld'> {
  /** When this replica last came to the end of a roll-up. */
  readonly lastRollUpAt: Date | undefined;
}

/** How the metrics of this replica are doing, in one look. */
@Injectable()
export class MetricsOverview {
  constructor(
    private readonly collection: CollectionState,
    private readonly rollUp: RollUp,
    private readonly clock: MetricsClock,
  ) {}

  /** From memory, so also while the database is away. */
  get state(): MetricsState {
    return { ...this.collection.snapshot(), lastRollUpAt: this.rollUp.lastRunAt };
  }

  /** Begin of the oldest bucket that has begun, of any replica, and is not rolled up; undefined when there is none. */
  async oldestDirty(tx: EntityManager): Promise<Date | undefined> {
    const [row] = (await tx.query(OLDEST_DIRTY, [iso(this.clock.now())])) as { bucket: Date | null }[];
    return row?.bucket ?? undefined;
  }
}
