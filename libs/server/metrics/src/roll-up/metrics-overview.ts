import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CollectionState, type CollectionSnapshot } from '../collection/collection-state';
import { RollUp } from './roll-up';

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
  ) {}

  /** From memory, so also while the database is away. */
  get state(): MetricsState {
    return { ...this.collection.snapshot(), lastRollUpAt: this.rollUp.lastRunAt };
  }

  /** Begin of the oldest bucket, of any replica, that is not rolled up; undefined when there is none. */
  async oldestDirty(tx: EntityManager): Promise<Date | undefined> {
    const [row] = (await tx.query('SELECT min(bucket) AS bucket FROM metrics_dirty')) as { bucket: Date | null }[];
    return row?.bucket ?? undefined;
  }
}
