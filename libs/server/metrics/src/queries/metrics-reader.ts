import { Slots } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import type { Sketch } from '@lakescope/sketch';
import { Injectable, Logger } from '@nestjs/common';
import { together } from './latency-reader';
import type { LatencyFilter } from './latency-statements';
import type { Interval } from './metrics-range';
import { MetricsSnapshot } from './metrics-snapshot';
import { PeopleMemory } from './people/people-memory';
import { PieceMemory } from './piece-memory';
import type { Sources } from './sources';

/** Which requests of which time: from `from` up to, and without, `to`, in milliseconds since 1970. */
export interface MetricsQuestion extends Interval, LatencyFilter {}

export interface MetricsTotals {
  readonly requests: number;
  /** Answered with 400 or more. */
  readonly errors: number;
  readonly sumMs: number;
  /** Undefined when there were no requests. They make the ends of the sketch's quantiles exact. */
  readonly minMs: number | undefined;
  readonly maxMs: number | undefined;
  readonly sketch: Sketch;
  readonly sources: Readonly<Sources>;
}

/**
 * So many answers are read at once; others wait for their turn. A fifth of the connections, so that who only wants a preference always finds
 * one; and more statements over many rows would only slow each other down until none ends in its time.
 */
const READS_AT_ONCE = 4;

/**
 * Reads metrics, as the system: for administrators and for the app itself. Rejects as `Database` does while there is no database, or none
 * that answers.
 */
@Injectable()
export class MetricsReader {
  private readonly logger = new Logger('Metrics');
  private readonly slots = new Slots(READS_AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly people: PeopleMemory,
    private readonly pieces: PieceMemory,
  ) {}

  /** Everything `work` reads is as it was at one instant. */
  read<T>(work: (snapshot: MetricsSnapshot) => Promise<T>): Promise<T> {
    return this.slots.use(() =>
      this.database.asSystem(
        async (tx) => {
          const snapshot = new MetricsSnapshot(this.pieces.within(tx), this.people.people);
          const result = await work(snapshot);
          if (snapshot.unreadable > 0) {
            this.logger.error(
              `${snapshot.unreadable} histograms in aggregated_metrics cannot be read; percentiles are without them`,
            );
          }
          return result;
        },
        { feature: 'Metrics', repeat: 'read', snapshot: true },
      ),
    );
  }

  /** All requests of the question together. */
  totals({ from, to, endpoint, method }: MetricsQuestion): Promise<MetricsTotals> {
    return this.read(async (snapshot) => {
      const { groups } = await snapshot.latency({ from, to }, { endpoint, method }, 'nothing');
      return { ...together(groups), sources: { ...snapshot.sources } };
    });
  }
}
