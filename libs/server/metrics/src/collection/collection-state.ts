import { Injectable } from '@nestjs/common';

/** Why samples were not stored; each is counted. */
export type DropReason = 'poison' | 'too_late' | 'overflow_full';

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
  readonly dropped: Readonly<Record<string, number>>;
  /** Waiting, or on their way. */
  readonly inRing: number;
  readonly ringCapacity: number;
  readonly lastFlushAt?: Date;
}

/** How the metrics collection of this process is doing. */
@Injectable()
export class CollectionState {
  private source: (() => CollectionSnapshot) | undefined;

  of(source: () => CollectionSnapshot): void {
    this.source = source;
  }

  snapshot(): CollectionSnapshot {
    if (this.source === undefined) throw new Error('The collection has not been set up yet');
    return this.source();
  }
}
