export interface RowSpan {
  first: number;
  /** Inclusive. */
  last: number;
}

/**
 * The deleted rows of one file as sorted spans that never touch, so that between two of them at least one row lives.
 * Spans keep a vector that deletes a hundred million rows in a row as small as its serialized form.
 */
export class DeletedRows {
  private constructor(
    private readonly firsts: readonly number[],
    private readonly lasts: readonly number[],
    /** Rows deleted by all spans before this one. */
    private readonly before: readonly number[],
    readonly cardinality: number,
  ) {}

  static from(spans: Iterable<RowSpan>): DeletedRows {
    const firsts: number[] = [];
    const lasts: number[] = [];
    const before: number[] = [];
    let cardinality = 0;
    for (const { first, last } of spans) {
      const previous = lasts.at(-1);
      if (first > last || (previous !== undefined && first <= previous)) throw new RangeError('rows are not in order');
      if (previous !== undefined && first === previous + 1) {
        lasts[lasts.length - 1] = last;
      } else {
        firsts.push(first);
        lasts.push(last);
        before.push(cardinality);
      }
      cardinality += last - first + 1;
    }
    return new DeletedRows(firsts, lasts, before, cardinality);
  }

  get spanCount(): number {
    return this.firsts.length;
  }

  /** The physical row that is the `liveRow`-th living one, counted from 0. */
  physicalRow(liveRow: number): number {
    const index = this.lastIndex(
      (candidate) => (this.firsts[candidate] ?? 0) - (this.before[candidate] ?? 0) <= liveRow,
    );
    if (index < 0) return liveRow;
    const deleted = (this.before[index] ?? 0) + (this.lasts[index] ?? 0) - (this.firsts[index] ?? 0) + 1;
    return liveRow + deleted;
  }

  /** The deleted spans that reach into these physical rows. */
  within(rows: RowSpan): RowSpan[] {
    const spans: RowSpan[] = [];
    const start = Math.max(
      0,
      this.lastIndex((candidate) => (this.firsts[candidate] ?? 0) <= rows.first),
    );
    for (let index = start; index < this.firsts.length; index += 1) {
      const first = this.firsts[index] ?? 0;
      const last = this.lasts[index] ?? 0;
      if (first > rows.last) break;
      if (last >= rows.first) spans.push({ first, last });
    }
    return spans;
  }

  private lastIndex(holds: (candidate: number) => boolean): number {
    let low = 0;
    let high = this.firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
