import { SCALE } from '@lakescope/sketch';
import type { BackgroundStatement } from '@lakescope/server-persistence';
import { cellsStatement, noteStatement, samplesStatement, type LedgerNote } from './flush-statements';
import type { OverflowCell } from './overflow-sketches';
import type { SampleChunk } from './sample-chunk';

export type Cargo =
  | { readonly samples: SampleChunk }
  | { readonly cells: readonly OverflowCell[] }
  /** Nothing but the word that nothing else is on its way. */
  | { readonly quiet: true };

/** What is on its way to the database under one number of the books; it is the same at every attempt. */
export class Shipment {
  /** Whether an attempt was made. */
  wasSent = false;
  /** Whether an attempt may have been stored without our hearing of it. */
  inDoubt = false;
  /** What the database found wrong with the rows: from then on this is not sent again. */
  refusal: unknown;

  constructor(
    readonly note: LedgerNote,
    readonly cargo: Cargo,
  ) {}

  /** Samples that become raw rows. */
  get samples(): number {
    return 'samples' in this.cargo ? this.cargo.samples.length : 0;
  }

  /** Samples in sketches. */
  get folded(): number {
    return 'cells' in this.cargo ? this.cargo.cells.reduce((sum, { count }) => sum + count, 0) : 0;
  }

  /** Rows of whatever table. */
  get rows(): number {
    if ('cells' in this.cargo) return this.cargo.cells.length;
    return Math.max(this.samples, 1);
  }

  get statement(): BackgroundStatement {
    if ('samples' in this.cargo) return samplesStatement(this.note, this.cargo.samples);
    if ('cells' in this.cargo) return cellsStatement(this.note, this.cargo.cells, SCALE);
    return noteStatement(this.note);
  }

  /** Takes the number out of use: once this is stored, the shipment itself never can be. */
  get withdrawal(): BackgroundStatement {
    return noteStatement(this.withdrawn);
  }

  /** What the books say when the shipment itself was stored, and not its withdrawal. */
  isNotedIn(books: { readonly rows: number; readonly written: number; readonly overflow: number }): boolean {
    const { rows, written, overflow } = this.note;
    return books.rows === rows && books.written === written && books.overflow === overflow;
  }

  /** Two smaller cargoes, to find what the database does not take; none when it cannot be made smaller. */
  get halves(): readonly Cargo[] {
    const { cargo } = this;
    if (this.rows <= 1) return [];
    if ('samples' in cargo) return cargo.samples.halves().map((samples) => ({ samples }));
    if (!('cells' in cargo)) return [];
    const middle = Math.ceil(cargo.cells.length / 2);
    return [{ cells: cargo.cells.slice(0, middle) }, { cells: cargo.cells.slice(middle) }];
  }

  private get withdrawn(): LedgerNote {
    const { note, samples, folded } = this;
    return { ...note, rows: 0, written: note.written - samples, overflow: note.overflow - folded, closed: false };
  }

  /** For a log line. */
  describe(): string {
    if ('samples' in this.cargo) return this.cargo.samples.describe();
    const [cell] = 'cells' in this.cargo ? this.cargo.cells : [];
    return cell === undefined ? 'an entry of the books' : `${cell.method} ${cell.endpoint}`;
  }
}
