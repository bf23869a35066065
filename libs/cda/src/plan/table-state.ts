import type { TableHead } from '@lakescope/delta';
import { TableFailed } from '../errors';
import type { IngestionMode } from '../run/run-options';
import type { Cursors } from './cursors';
import type { TableBinding } from './table-binding';

/** Looks whether a table may be written to: when it is opened, and again whenever others have written to it meanwhile. */
export class TargetCheck {
  /** A version that has no books of ours and was found to be without files. */
  private empty: number | undefined;

  constructor(
    private readonly cursors: Cursors,
    private readonly binding: TableBinding,
  ) {}

  /** Why a table may not be written to, if it may not; `hasFiles` is asked for only where it matters. TableFailed. */
  async opened(head: TableHead | undefined, hasFiles: () => Promise<boolean>): Promise<void> {
    this.refuseAlways(head);
    if (head === undefined || this.cursors.all(head).size > 0) return;
    if (await hasFiles()) {
      throw failed(
        'TARGET_NOT_OURS',
        'There is a table with data at the target that was not made from this source',
        'Ingest into another target, or move the table away.',
      );
    }
    this.empty = head.version;
  }

  /** The same of what others may have made of it since. TableFailed. */
  stillFits(head: TableHead | undefined): void {
    this.refuseAlways(head);
    if (head === undefined || head.version === this.empty || this.cursors.all(head).size > 0) return;
    throw failed(
      'TARGET_CHANGED',
      'Somebody else has written to the place of the table meanwhile, and what is there is none of ours',
      'Look who else writes there, and run again.',
    );
  }

  private refuseAlways(head: TableHead | undefined): void {
    if (head === undefined) return;
    this.binding.refuse(head);
    if (head.metadata.properties['delta.setTransactionRetentionDuration'] === undefined) return;
    throw failed(
      'CURSORS_EXPIRE',
      'The table has delta.setTransactionRetentionDuration, with which other writers forget how far it is ingested',
      'Take the property off the table.',
    );
  }
}

/** What people must know of a table whose files belong to somebody else. */
export function modeWarning(mode: IngestionMode): { code: string; message: string } | undefined {
  if (mode === 'copy') return undefined;
  return {
    code: 'REFERENCED_FILES',
    message:
      'The tables point to files of the source: VACUUM, and whoever deletes there, takes rows out of them. Never run VACUUM on them.',
  };
}

function failed(code: string, message: string, advice: string): TableFailed {
  return new TableFailed({ code, message, advice });
}
