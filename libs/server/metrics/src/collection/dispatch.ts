import { Injectable } from '@nestjs/common';
import { CollectionLimits } from './collection-limits';
import type { LedgerNote } from './flush-statements';
import { MetricsBoot } from './metrics-boot';
import { MetricsClock } from './metrics-clock';
import { OverflowSketches, type OverflowCell } from './overflow-sketches';
import { SampleStore } from './sample-store';
import { Shipment, type Cargo } from './shipment';

const DAY_MS = 24 * 60 * 60_000;

/**
 * What is to be stored next, and what became of it. Every sample is in exactly one place: in the store, in a shipment, in a sketch,
 * written, or counted as dropped.
 */
@Injectable()
export class Dispatch {
  private readonly cargoes: Cargo[] = [];
  private current: Shipment | undefined;
  private stored = 0;
  private sketchesStored = 0;
  private poison = 0;
  private tooLate = 0;
  /** The last entry in the books says that something may be on its way. */
  private open = false;

  constructor(
    private readonly limits: CollectionLimits,
    private readonly boot: MetricsBoot,
    private readonly clock: MetricsClock,
    private readonly store: SampleStore,
    private readonly overflow: OverflowSketches,
  ) {}

  /** Samples that are raw rows now. */
  get written(): number {
    return this.stored;
  }

  /** Samples that wait, or are on their way, to become raw rows. */
  get waiting(): number {
    const onTheirWay = this.cargoes.reduce((sum, cargo) => sum + ('samples' in cargo ? cargo.samples.length : 0), 0);
    return this.store.size + onTheirWay + (this.current?.samples ?? 0);
  }

  /** Samples that were sent and not answered for: they may be stored. */
  get inDoubt(): number {
    const { current } = this;
    return current?.wasSent === true ? current.samples + current.folded : 0;
  }

  get dropped(): Record<string, number> {
    const counts = {
      poison: this.poison + this.store.invalid,
      too_late: this.tooLate,
      overflow_full: this.overflow.dropped,
    };
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }

  /** Whether there is more than the next second would take anyway. */
  get hasBacklog(): boolean {
    const isBegun = this.current !== undefined || this.cargoes.length > 0;
    return isBegun || this.overflow.hasDue || this.store.size >= this.limits.flushSamples;
  }

  get isEmpty(): boolean {
    return this.waiting === 0 && this.cargoes.length === 0 && this.current === undefined && this.overflow.held === 0;
  }

  /** Whether one of the first samples that were put into the ring, so many, is still to be stored. */
  holdsOneOfFirst(accepted: number): boolean {
    const isElsewhere = this.current !== undefined || this.cargoes.length > 0 || this.overflow.held > 0;
    return isElsewhere || this.store.size > this.store.accepted - accepted;
  }

  /** The books should say that nothing is on its way, and do not. */
  get isLeftOpen(): boolean {
    return this.open && this.isEmpty;
  }

  /** The shipment to try; the same one until it is delivered or refused. `everything`: also sketches that may still grow. */
  next(mostSamples: number, everything = false): Shipment | undefined {
    if (this.current !== undefined) return this.current;
    const cargo = this.cargoes.shift() ?? this.nextCells(everything) ?? this.nextSamples(mostSamples);
    if (cargo !== undefined) this.current = new Shipment(this.noteOf(cargo), cargo);
    return this.current;
  }

  /** Nothing but the word that nothing is on its way. */
  quiet(): Shipment {
    const cargo = { quiet: true } as const;
    return (this.current ??= new Shipment(this.noteOf(cargo), cargo));
  }

  delivered({ samples, folded, note }: Shipment): void {
    this.stored += samples;
    this.sketchesStored += folded;
    this.open = !note.closed;
    this.current = undefined;
  }

  /** The database does not take it: answers true when it was a single row, which is given up now; else its halves are tried. */
  refused(shipment: Shipment): boolean {
    this.current = undefined;
    const { halves } = shipment;
    this.cargoes.unshift(...halves);
    if (halves.length > 0) return false;
    this.poison += shipment.samples + shipment.folded;
    this.overflow.discard(shipment.folded);
    return true;
  }

  /** Folds the samples that were not stored, also those on their way, and answers the sketches that were on theirs. */
  giveUp(into: OverflowSketches): OverflowCell[] {
    const left = [...(this.current === undefined ? [] : [this.current.cargo]), ...this.cargoes];
    for (const cargo of left) {
      if ('samples' in cargo) cargo.samples.show((...sample) => into.add(...sample));
    }
    this.store.foldAll(into);
    return left.flatMap((cargo) => ('cells' in cargo ? cargo.cells : []));
  }

  private nextCells(everything: boolean): Cargo | undefined {
    const from = this.oldestTaken();
    const cells = this.overflow.take(this.limits.overflowRows, everything ? true : undefined);
    const young = cells.filter(({ bucket }) => bucket >= from);
    for (const { bucket, count } of cells) {
      if (bucket >= from) continue;
      this.tooLate += count;
      this.overflow.discard(count);
    }
    return young.length === 0 ? undefined : { cells: young };
  }

  private nextSamples(most: number): Cargo | undefined {
    const taken = this.store.take(most);
    if (taken === undefined) return undefined;
    const { chunk, older } = taken.from(this.oldestTaken());
    this.tooLate += older;
    return chunk === undefined ? undefined : { samples: chunk };
  }

  /** Raw days are dropped whole, so the day that holds the edge is still there. */
  private oldestTaken(): number {
    const edge = this.clock.now() - this.limits.rawDays * DAY_MS;
    return Math.floor(edge / DAY_MS) * DAY_MS;
  }

  private noteOf(cargo: Cargo): LedgerNote {
    const rows = 'samples' in cargo ? cargo.samples.length : 0;
    const folded = 'cells' in cargo ? cargo.cells.reduce((sum, { count }) => sum + count, 0) : 0;
    return {
      bootId: this.boot.id,
      seq: this.boot.nextSeq(),
      rows,
      observed: this.store.observed,
      written: this.stored + rows,
      overflow: this.sketchesStored + folded,
      dropped: this.dropped,
      closed: 'quiet' in cargo,
    };
  }
}
