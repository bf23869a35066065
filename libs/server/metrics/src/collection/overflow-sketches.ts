import { Sketch, SCALE } from '@lakescope/sketch';
import { Injectable } from '@nestjs/common';
import { CollectionLimits } from './collection-limits';

const BUCKET_MS = 5 * 60_000;
/** More series than there ever are, so that a bucket and a series make one number. */
const SERIES_SPAN = 2 ** 16;
/** What an open sketch takes, about; */
const OPEN_BYTES = 8_192;
/** and what a cell takes besides its sketch: far more than the bytes of one that holds a few values. */
const CELL_BYTES = 460;

/** Everything of one endpoint and method within 5 minutes. */
export interface OverflowCell {
  /** Begin of the bucket, in milliseconds since 1970. */
  readonly bucket: number;
  readonly endpoint: string;
  readonly method: string;
  readonly count: number;
  readonly errors: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly hist: Uint8Array;
}

interface Cell {
  readonly bucket: number;
  readonly endpoint: string;
  readonly method: string;
  count: number;
  errors: number;
  sumMs: number;
  minMs: number;
  maxMs: number;
  /** While values come. */
  sketch: Sketch | undefined;
  /** Once no more are expected. */
  encoded: Uint8Array | undefined;
}

/**
 * What the ring could not hold: counts, errors and durations exactly as good as those of raw rows once they are rolled up; who it was and
 * the exact second are lost.
 */
@Injectable()
export class OverflowSketches {
  private readonly cells = new Map<number, Cell>();
  private folded = 0;
  private lost = 0;
  private waiting = 0;
  private bytes = 0;
  private latest = -Infinity;
  private closed = -Infinity;
  private lastFoldAt = -Infinity;

  constructor(private readonly limits: CollectionLimits) {}

  /** Samples that were folded, the lost ones not among them. */
  get total(): number {
    return this.folded - this.lost;
  }

  /** Samples whose sketches were dropped, because there were too many. */
  get dropped(): number {
    return this.lost;
  }

  /** Samples in sketches that are here. */
  get held(): number {
    return this.waiting;
  }

  /** Whether there is something that may be stored and will not grow. */
  get hasDue(): boolean {
    return this.waiting > 0 && (this.isQuiet || [...this.cells.values()].some(({ sketch }) => sketch === undefined));
  }

  add(series: number, endpoint: string, method: string, time: number, status: number, durationMs: number): void {
    const bucket = Math.floor(time / BUCKET_MS) * BUCKET_MS;
    const cell = this.open((bucket / BUCKET_MS) * SERIES_SPAN + series, bucket, endpoint, method);
    cell.count++;
    if (status >= 400) cell.errors++;
    cell.sumMs += durationMs;
    if (durationMs < cell.minMs) cell.minMs = durationMs;
    if (durationMs > cell.maxMs) cell.maxMs = durationMs;
    cell.sketch?.add(durationMs);
    this.folded++;
    this.waiting++;
    if (bucket > this.latest) this.latest = bucket;
  }

  /** Makes bytes of the sketches of buckets that have ended, and room where they are too many. */
  closeBuckets(): void {
    this.lastFoldAt = performance.now();
    if (this.latest > this.closed) {
      this.closed = this.latest;
      for (const cell of this.cells.values()) {
        if (cell.bucket < this.latest && cell.sketch !== undefined) this.close(cell, cell.sketch);
      }
    }
    while (this.bytes > this.limits.overflowBytes) this.dropOldest();
  }

  /** Takes out what may be stored, oldest first: everything once the folding has come to an end, till then the buckets that have ended. */
  take(most: number, everything = this.isQuiet): OverflowCell[] {
    const taken: OverflowCell[] = [];
    for (const [key, cell] of this.cells) {
      if (taken.length === most) break;
      if (!everything && cell.sketch !== undefined) continue;
      this.remove(key, cell);
      taken.push({ ...cell, hist: cell.encoded ?? cell.sketch?.encode() ?? new Uint8Array(0) });
    }
    return taken;
  }

  /** Samples that were taken out and will not be stored either; whoever says so counts them. */
  discard(count: number): void {
    this.folded -= count;
  }

  private get isQuiet(): boolean {
    return performance.now() - this.lastFoldAt > this.limits.quietAfterMs;
  }

  private open(key: number, bucket: number, endpoint: string, method: string): Cell {
    let cell = this.cells.get(key);
    if (cell === undefined) {
      const sketch = new Sketch();
      const none = { count: 0, errors: 0, sumMs: 0, minMs: Infinity, maxMs: 0, encoded: undefined };
      cell = { bucket, endpoint, method, ...none, sketch };
      this.cells.set(key, cell);
      this.bytes += CELL_BYTES + OPEN_BYTES;
    } else if (cell.sketch === undefined && cell.encoded !== undefined) {
      // A request that took long began in a bucket that has ended.
      cell.sketch = Sketch.decodeAll(cell.encoded, SCALE);
      this.bytes += OPEN_BYTES - cell.encoded.length;
      cell.encoded = undefined;
    }
    return cell;
  }

  private close(cell: Cell, sketch: Sketch): void {
    cell.encoded = sketch.encode();
    cell.sketch = undefined;
    this.bytes += cell.encoded.length - OPEN_BYTES;
  }

  private remove(key: number, cell: Cell): void {
    this.cells.delete(key);
    this.waiting -= cell.count;
    this.bytes -= CELL_BYTES + (cell.encoded?.length ?? OPEN_BYTES);
  }

  private dropOldest(): void {
    for (const [key, cell] of this.cells) {
      this.remove(key, cell);
      this.lost += cell.count;
      return;
    }
  }
}
