import type { InternedNames } from './interned-names';
import { realArray, smallintArray, textArray, timestampArray } from './postgres-arrays';
import type { SampleColumns } from './sample-ring';
import type { SeriesTable } from './series-table';

const BUCKET_MS = 5 * 60_000;

/** Samples on their way to the database. What is in it never changes: every attempt to store it sends the same rows. */
export class SampleChunk {
  constructor(
    private readonly columns: SampleColumns,
    private readonly series: SeriesTable,
    private readonly users: InternedNames,
    private readonly errors: InternedNames,
  ) {}

  get length(): number {
    return this.columns.length;
  }

  /** Begin of every bucket of 5 minutes that holds one of the samples, in whole milliseconds since 1970. */
  get buckets(): Float64Array {
    const buckets = new Set<number>();
    for (const time of this.columns.times) buckets.add(Math.floor(time / BUCKET_MS) * BUCKET_MS);
    return Float64Array.from(buckets);
  }

  /** In the order of `SAMPLE_COLUMNS`, in binary form. */
  get values(): Buffer[] {
    const { columns, users, errors } = this;
    const seriesAt = (index: number) => this.series.at(columns.series[index] ?? 0);
    return [
      timestampArray(columns.times),
      realArray(columns.durations),
      smallintArray(columns.statuses),
      textArray(this.length, (index) => seriesAt(index).endpointBytes),
      textArray(this.length, (index) => seriesAt(index).methodBytes),
      textArray(this.length, (index) => users.bytesOf(columns.users[index] ?? 0)),
      textArray(this.length, (index) => errors.bytesOf(columns.errors[index] ?? 0)),
      textArray(this.length, (index) => columns.correlationIds[index]),
    ];
  }

  /** Those from `time` on, and how many were older. */
  from(time: number): { chunk: SampleChunk | undefined; older: number } {
    const young = indices(this.length).filter((index) => (this.columns.times[index] ?? 0) >= time);
    const older = this.length - young.length;
    if (older === 0) return { chunk: this, older };
    return { chunk: young.length === 0 ? undefined : this.only(young), older };
  }

  halves(): readonly [SampleChunk, SampleChunk] {
    const all = indices(this.length);
    const middle = Math.ceil(this.length / 2);
    return [this.only(all.slice(0, middle)), this.only(all.slice(middle))];
  }

  /** For a log line: no user, no correlation id. */
  describe(): string {
    const { endpoint, method } = this.series.at(this.columns.series[0] ?? 0);
    return `${method} ${endpoint}`;
  }

  show(
    visit: (series: number, endpoint: string, method: string, time: number, status: number, ms: number) => void,
  ): void {
    for (let index = 0; index < this.length; index++) {
      const series = this.columns.series[index] ?? 0;
      const { endpoint, method } = this.series.at(series);
      const { times, statuses, durations } = this.columns;
      visit(series, endpoint, method, times[index] ?? 0, statuses[index] ?? 0, durations[index] ?? 0);
    }
  }

  private only(which: readonly number[]): SampleChunk {
    const { columns } = this;
    const picked = {
      length: which.length,
      times: Float64Array.from(which, (index) => columns.times[index] ?? 0),
      durations: Float32Array.from(which, (index) => columns.durations[index] ?? 0),
      series: Uint16Array.from(which, (index) => columns.series[index] ?? 0),
      statuses: Uint16Array.from(which, (index) => columns.statuses[index] ?? 0),
      users: Uint16Array.from(which, (index) => columns.users[index] ?? 0),
      errors: Uint16Array.from(which, (index) => columns.errors[index] ?? 0),
      correlationIds: which.map((index) => columns.correlationIds[index]),
    };
    return new SampleChunk(picked, this.series, this.users, this.errors);
  }
}

function indices(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
