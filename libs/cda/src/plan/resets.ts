import type { TableHead, TransactionId } from '@lakescope/delta';
import type { ManifestTable } from '../manifest/manifest';
import type { IngestionFailure, ResetDecision } from '../run/run-options';
import type { Cursors } from './cursors';
import type { TableBinding } from './table-binding';

const ADVICE = 'Decide for this table: rebuild it from the start of the source, or continue from where it is.';

/**
 * Finds what shows that a source was set back, made anew or is another one: the newest ingested folder lies after the fence, a fingerprint that
 * was ingested is no longer in the history, or the table was made from elsewhere. Going on by itself might lose rows or have them twice, so
 * somebody has to decide; that somebody decided to continue stands in the log.
 */
export class Resets {
  constructor(
    private readonly table: ManifestTable,
    private readonly cursors: Cursors,
    private readonly binding: TableBinding,
    private readonly enforceFence: boolean,
  ) {}

  /** The same by another manifest. */
  with(table: ManifestTable): Resets {
    return new Resets(table, this.cursors, this.binding, this.enforceFence);
  }

  /** What nobody has decided about. */
  find(head: TableHead | undefined): IngestionFailure | undefined {
    const other = this.binding.otherSource(head);
    if (other !== undefined) return other;
    const newest = this.pastFence(head);
    if (newest !== undefined) {
      const message = `Folder ${newest} is ingested, and the manifest says that nothing after ${this.table.fence} is written: the source was set back`;
      return { code: 'SOURCE_RESET', message, advice: ADVICE };
    }
    const [gone] = this.gone(head);
    if (gone === undefined) return undefined;
    const message = `Folders of the fingerprint ${JSON.stringify(gone)} are ingested, and the manifest knows it no more: the source was made anew`;
    return { code: 'SOURCE_RESET', message, advice: ADVICE };
  }

  /** What the log is to say when somebody decides to continue, so that the next run need not ask. */
  continued(head: TableHead | undefined): TransactionId[] {
    const newest = this.pastFence(head);
    const taken = newest === undefined ? [] : [this.cursors.fenceTaken(newest, this.table.fence)];
    const gone = this.gone(head).map((name) => ({
      appId: this.cursors.goneId(name),
      version: this.cursors.of(head, name),
    }));
    return [...taken, ...gone];
  }

  /** The newest folder, when it lies after a fence that nobody has taken. */
  private pastFence(head: TableHead | undefined): number | undefined {
    const newest = this.cursors.newest(head);
    const { fence } = this.table;
    const isPast = this.enforceFence && newest > fence && !this.cursors.isTaken(head, newest, fence);
    return isPast ? newest : undefined;
  }

  /** A history without a single fingerprint is one that was pruned, and says nothing of what was before. */
  private gone(head: TableHead | undefined): string[] {
    const known = new Set(this.table.fingerprints.map(({ name }) => name));
    if (known.size === 0) return [];
    return [...this.cursors.all(head)].flatMap(([name, ms]) =>
      ms === 0 || known.has(name) || this.cursors.isLetGo(head, name) ? [] : [name],
    );
  }
}

/** A table may be called as something that every object has; only what somebody has written down is a decision. */
export function decisionFor(
  resets: Readonly<Record<string, ResetDecision>> | undefined,
  table: string,
): ResetDecision | undefined {
  return resets !== undefined && Object.hasOwn(resets, table) ? resets[table] : undefined;
}
