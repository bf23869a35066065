import type { ObservedRequest } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CollectionLimits } from './collection-limits';
import { CumulativeSketches } from './cumulative-sketches';
import { InternedNames, NO_NAME } from './interned-names';
import { MetricsClock } from './metrics-clock';
import { OverflowSketches } from './overflow-sketches';
import { SampleChunk } from './sample-chunk';
import { SampleRing } from './sample-ring';
import { EXCLUDED_SERIES, SeriesTable } from './series-table';

const LONGEST_USER = 256;
const LONGEST_ERROR = 64;
/** Codes of problems are a closed list; whatever else is set comes under one name beyond this number. */
const MOST_ERRORS = 500;

/** Samples between their request and the database: in the ring, and folded once that is full. */
@Injectable()
export class SampleStore {
  private readonly ring: SampleRing;
  private readonly series: SeriesTable;
  private readonly errors = new InternedNames(MOST_ERRORS, LONGEST_ERROR, '(other)');
  private users: InternedNames;
  private recorded = 0;
  private refused = 0;
  /** Of the samples in the ring, how many of the oldest the exporters have seen. */
  private absorbed = 0;
  private full: (() => void) | undefined;

  constructor(
    private readonly limits: CollectionLimits,
    private readonly clock: MetricsClock,
    private readonly cumulative: CumulativeSketches,
    private readonly overflow: OverflowSketches,
  ) {
    this.ring = new SampleRing(limits.ringSamples);
    this.series = new SeriesTable(limits.series);
    this.users = this.noUsers();
    cumulative.filledBy(() => this.absorb());
  }

  /** Samples since the process began. */
  get observed(): number {
    return this.recorded;
  }

  /** Of these, those that are no samples at all. */
  get invalid(): number {
    return this.refused;
  }

  /** Samples that were put into the ring since the process began. */
  get accepted(): number {
    return this.recorded - this.refused;
  }

  get size(): number {
    return this.ring.size;
  }

  get capacity(): number {
    return this.ring.capacity;
  }

  get seriesCount(): number {
    return this.series.size;
  }

  /** Is told when there is enough for a statement; once, until samples are taken. */
  whenEnough(act: () => void): void {
    this.full = act;
  }

  /** In the way of every request: no allocation, no promise, no clock but one. */
  record(request: ObservedRequest): void {
    const series = this.series.idOf(request.endpoint, request.method);
    if (series === EXCLUDED_SERIES) return;
    this.recorded++;
    const { status, userId, errorType } = request;
    const durationMs = Math.fround(request.durationMs);
    // Asked so that a duration that is no number is refused, too.
    if (!(durationMs >= 0 && durationMs < Infinity && status >= 100 && status <= 999)) {
      this.refused++;
      return;
    }
    if (this.ring.isFull) this.makeRoom();
    this.ring.push(
      Math.round(this.clock.now() - durationMs),
      durationMs,
      series,
      status,
      userId === undefined ? NO_NAME : this.users.idOf(userId),
      errorType === undefined ? NO_NAME : this.errors.idOf(errorType),
      request.correlationId,
    );
    if (this.ring.size === this.limits.flushSamples) this.full?.();
  }

  /** Takes the oldest samples out, to be stored. */
  take(most: number): SampleChunk | undefined {
    if (this.ring.size === 0) return undefined;
    this.absorb();
    const columns = this.ring.shift(most);
    this.absorbed -= columns.length;
    const chunk = new SampleChunk(columns, this.series, this.users, this.errors);
    // The chunk has the names it needs; the next window begins with none.
    if (this.ring.size === 0) this.users = this.noUsers();
    return chunk;
  }

  /** Folds everything that is left, for the account that is given at the end. */
  foldAll(into: OverflowSketches): void {
    this.ring.fold(this.ring.size, (series, time, status, durationMs) => {
      const { endpoint, method } = this.series.at(series);
      into.add(series, endpoint, method, time, status, durationMs);
    });
  }

  /** Shows the exporters what they have not seen yet. */
  absorb(): void {
    this.ring.look(this.absorbed, (series, _time, status, durationMs) => {
      const { endpoint, method } = this.series.at(series);
      this.cumulative.add(series, endpoint, method, status, durationMs);
    });
    this.absorbed = this.ring.size;
  }

  private makeRoom(): void {
    this.absorb();
    const folded = this.ring.fold(this.limits.foldSamples, (series, time, status, durationMs) => {
      const { endpoint, method } = this.series.at(series);
      this.overflow.add(series, endpoint, method, time, status, durationMs);
    });
    this.absorbed -= folded;
    this.overflow.closeBuckets();
  }

  private noUsers(): InternedNames {
    return new InternedNames(this.limits.users, LONGEST_USER);
  }
}
