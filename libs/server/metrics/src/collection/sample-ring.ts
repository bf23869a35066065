import { CorrelationArena } from './correlation-arena';

/** The samples of a stretch of the ring, oldest first, out of the ring. */
export interface SampleColumns {
  readonly length: number;
  /** When the request began: whole milliseconds since 1970. */
  readonly times: Float64Array;
  readonly durations: Float32Array;
  readonly series: Uint16Array;
  readonly statuses: Uint16Array;
  readonly users: Uint16Array;
  readonly errors: Uint16Array;
  readonly correlationIds: readonly (Uint8Array | undefined)[];
}

/** What a fold or an exporter sees of a sample. */
export type SampleVisitor = (series: number, time: number, status: number, durationMs: number) => void;

/** Samples in the order they came, 20 bytes each and the correlation id. Nothing is allocated when one is added. */
export class SampleRing {
  readonly capacity: number;
  private readonly times: Float64Array;
  private readonly durations: Float32Array;
  private readonly series: Uint16Array;
  private readonly statuses: Uint16Array;
  private readonly users: Uint16Array;
  private readonly errors: Uint16Array;
  private readonly correlationIds: CorrelationArena;
  private readonly mask: number;
  private first = 0;
  private count = 0;

  /** @param samples rounded up to a power of two. */
  constructor(samples: number) {
    this.capacity = 2 ** Math.ceil(Math.log2(Math.max(samples, 2)));
    this.mask = this.capacity - 1;
    this.times = new Float64Array(this.capacity);
    this.durations = new Float32Array(this.capacity);
    this.series = new Uint16Array(this.capacity);
    this.statuses = new Uint16Array(this.capacity);
    this.users = new Uint16Array(this.capacity);
    this.errors = new Uint16Array(this.capacity);
    this.correlationIds = new CorrelationArena(this.capacity);
  }

  get size(): number {
    return this.count;
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** There must be room. */
  push(
    time: number,
    durationMs: number,
    series: number,
    status: number,
    user: number,
    error: number,
    correlationId: string,
  ): void {
    const slot = (this.first + this.count) & this.mask;
    this.times[slot] = time;
    this.durations[slot] = durationMs;
    this.series[slot] = series;
    this.statuses[slot] = status;
    this.users[slot] = user;
    this.errors[slot] = error;
    this.correlationIds.push(slot, correlationId);
    this.count++;
  }

  /** Takes the oldest samples out. */
  shift(length: number): SampleColumns {
    const taken = Math.min(length, this.count);
    const columns = {
      length: taken,
      times: new Float64Array(taken),
      durations: new Float32Array(taken),
      series: new Uint16Array(taken),
      statuses: new Uint16Array(taken),
      users: new Uint16Array(taken),
      errors: new Uint16Array(taken),
      correlationIds: new Array<Uint8Array | undefined>(taken),
    };
    for (let index = 0; index < taken; index++) {
      const slot = (this.first + index) & this.mask;
      columns.times[index] = this.times[slot] ?? 0;
      columns.durations[index] = this.durations[slot] ?? 0;
      columns.series[index] = this.series[slot] ?? 0;
      columns.statuses[index] = this.statuses[slot] ?? 0;
      columns.users[index] = this.users[slot] ?? 0;
      columns.errors[index] = this.errors[slot] ?? 0;
      columns.correlationIds[index] = this.correlationIds.shift(slot);
    }
    this.forget(taken);
    return columns;
  }

  /** Shows samples from the one at `from` (0 is the oldest) to the youngest, and leaves them. */
  look(from: number, visit: SampleVisitor): void {
    for (let index = from; index < this.count; index++) this.show((this.first + index) & this.mask, visit);
  }

  /** Shows the oldest samples and lets go of them; answers how many. */
  fold(length: number, visit: SampleVisitor): number {
    const folded = Math.min(length, this.count);
    for (let index = 0; index < folded; index++) {
      const slot = (this.first + index) & this.mask;
      this.show(slot, visit);
      this.correlationIds.skip(slot);
    }
    this.forget(folded);
    return folded;
  }

  private show(slot: number, visit: SampleVisitor): void {
    visit(this.series[slot] ?? 0, this.times[slot] ?? 0, this.statuses[slot] ?? 0, this.durations[slot] ?? 0);
  }

  private forget(length: number): void {
    this.first = (this.first + length) & this.mask;
    this.count -= length;
  }
}
