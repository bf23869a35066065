import type { TableHead } from '@lakescope/delta';
import { TableFailed } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { IngestionFailure, IngestionMode, ResetDecision } from '../run/run-options';
import type { Cursors } from './cursors';

/** Which engine writes a table: each keeps its books in its own way, so another one must not. */
export const ENGINE_PROPERTY = 'lakescope.cda.engine';
export const ENGINE = 'embedded';
export const MODE_PROPERTY = 'lakescope.cda.mode';

/** Why a table may not be written to, if it may not; `hasFiles` is asked for only where it matters. */
export async function refuseTarget(
  head: TableHead | undefined,
  cursors: Cursors,
  hasFiles: () => Promise<boolean>,
): Promise<void> {
  if (head === undefined) return;
  const engine = head.metadata.properties[ENGINE_PROPERTY];
  if (engine !== undefined && engine !== ENGINE) {
    throw failed(
      'OTHER_ENGINE',
      `The table is ingested by the engine ${JSON.stringify(engine)}, which keeps other books`,
      'Go on with that engine, or ingest into another target.',
    );
  }
  if (head.metadata.properties['delta.setTransactionRetentionDuration'] !== undefined) {
    throw failed(
      'CURSORS_EXPIRE',
      'The table has delta.setTransactionRetentionDuration, with which other writers forget how far it is ingested',
      'Take the property off the table.',
    );
  }
  if (cursors.all(head).size > 0 || !(await hasFiles())) return;
  throw failed(
    'TARGET_NOT_OURS',
    'There is a table with data at the target that was not made from this source',
    'Ingest into another target, or move the table away.',
  );
}

/**
 * What shows that the source was set back or made anew: the newest ingested folder lies after the fence, or a fingerprint that was ingested is
 * no longer in the history. Going on by itself might lose rows or have them twice.
 */
export function findReset(
  table: ManifestTable,
  cursors: ReadonlyMap<string, number>,
  enforceFence: boolean,
): IngestionFailure | undefined {
  const newest = Math.max(0, ...cursors.values());
  const advice = 'Decide for this table: rebuild it from the start of the source, or continue from where it is.';
  if (enforceFence && newest > table.fence) {
    const message = `Folder ${newest} is ingested, and the manifest says that nothing after ${table.fence} is written: the source was set back`;
    return { code: 'SOURCE_RESET', message, advice };
  }
  const known = new Set(table.fingerprints.map(({ name }) => name));
  const gone = [...cursors].find(([name, ms]) => ms > 0 && !known.has(name))?.[0];
  if (gone === undefined || known.size === 0) return undefined;
  const message = `Folders of the fingerprint ${JSON.stringify(gone)} are ingested, and the manifest knows it no more: the source was made anew`;
  return { code: 'SOURCE_RESET', message, advice };
}

/** A table may be called as something that every object has; only what somebody has written down is a decision. */
export function decisionFor(
  resets: Readonly<Record<string, ResetDecision>> | undefined,
  table: string,
): ResetDecision | undefined {
  return resets !== undefined && Object.hasOwn(resets, table) ? resets[table] : undefined;
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
