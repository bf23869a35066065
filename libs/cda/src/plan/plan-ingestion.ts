import { DeltaTable, TableWriter, type DeltaEngine } from '@lakescope/delta';
import { eachAtOnce } from '../at-once';
import { failureOf } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { IngestionOptions, IngestionPlan, TablePlan } from '../run/run-options';
import { confirmedReset } from './confirmed-reset';
import { Cursors, type FolderKey } from './cursors';
import { dataFolder } from './data-folder';
import { FolderListing } from './list-folders';
import { EmptyPlace, nothingToRebuild } from './nothing-found';
import { readManifest, refuseOptions, tablesAtOnce, withEngine } from './open-ingestion';
import { decisionFor, Resets } from './resets';
import { TableBinding } from './table-binding';
import { unlistedFingerprints } from './unlisted-fingerprints';
import { modeWarning, TargetCheck } from './table-state';

/**
 * What a run would do now, table by table; nothing is written. IngestionRefused when it could not begin. A table that cannot be ingested is
 * `blocked` with the reason, and the others are planned.
 */
export async function planIngestion(options: IngestionOptions): Promise<IngestionPlan> {
  await refuseOptions(options);
  const manifest = await readManifest(options);
  if (manifest === 'not-modified') throw new Error('A manifest was not asked for by its ETag');
  const tables: TablePlan[] = manifest.rejected.map(({ table, failure }) => blocked(table, failure));
  await withEngine(
    options,
    () => undefined,
    async (engine) => {
      await eachAtOnce(manifest.tables, tablesAtOnce(options), async (table) => {
        tables.push(await planTable(engine, table, manifest.etag, options));
      });
    },
  );
  const warning = modeWarning(options.mode);
  const sum = (of: (plan: TablePlan) => number): number => tables.reduce((total, plan) => total + of(plan), 0);
  return {
    manifestEtag: manifest.etag,
    warnings: warning === undefined ? [] : [warning],
    tables: tables.sort((left, right) => (left.table < right.table ? -1 : 1)),
    folders: sum(({ folders }) => folders),
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
  };
}

async function planTable(
  engine: DeltaEngine,
  table: ManifestTable,
  etag: string | undefined,
  options: IngestionOptions,
): Promise<TablePlan> {
  try {
    return await planned(engine, table, etag, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ...blocked(table.table, failureOf(error)), fence: String(table.fence), fingerprints: namesOf(table) };
  }
}

async function planned(
  engine: DeltaEngine,
  table: ManifestTable,
  etag: string | undefined,
  options: IngestionOptions,
): Promise<TablePlan> {
  const { source, target, signal, enforceFence = true } = options;
  const folder = dataFolder(table, source.uri, options.pathRewrite);
  const storage = target.table(table.table);
  const { head } = await TableWriter.open(engine, storage, { signal });
  const cursors = new Cursors(table.table);
  const binding = new TableBinding(table, options.mode);
  await new TargetCheck(cursors, binding).opened(head, async () => {
    const existing = await DeltaTable.open(engine, storage, { signal });
    return (await existing.snapshot({}, { signal })).numFiles > 0;
  });
  const known = cursors.all(head);
  const skipped = cursors.skipped(head);
  const reset = await confirmedReset(new Resets(table, cursors, binding, enforceFence), head, { table, etag, options });
  const decision = reset === undefined ? undefined : decisionFor(options.resets, table.table);
  const isRebuilt = decision === 'rebuild';
  const range = {
    folder,
    fingerprints: namesOf(table),
    cursorOf: (fingerprint: string) => (isRebuilt ? 0 : (known.get(fingerprint) ?? 0)),
    fence: enforceFence ? table.fence : undefined,
    retried: [],
    isSkipped: (key: FolderKey) => !isRebuilt && cursors.isSkipped(head, key),
  };
  const listing = new FolderListing(source, range, signal);
  const counts = await countFolders(listing);
  const unlisted = await unlistedFingerprints(source, range, signal);
  const newest = cursors.newest(head);
  const nothing = await new EmptyPlace(table, source, range, signal).warning(listing, isRebuilt ? 0 : newest);
  const failure =
    decision === undefined ? reset : isRebuilt && nothing !== undefined ? nothingToRebuild(nothing) : undefined;
  return {
    table: table.table,
    state: failure !== undefined ? 'blocked' : counts.folders > 0 || isRebuilt ? 'ready' : 'up_to_date',
    ...counts,
    warnings: [
      ...counts.warnings,
      ...unlisted.map(({ warning }) => warning),
      ...(nothing === undefined ? [] : [nothing]),
    ],
    lagMs: newest === 0 ? undefined : Math.max(0, table.fence - newest),
    fence: String(table.fence),
    fingerprints: namesOf(table),
    quarantined: skipped.length,
    failure,
  };
}

/** Folders that wait for their `_SUCCESS`, and those after them, are none that a run would take. */
async function countFolders(
  listing: FolderListing,
): Promise<Pick<TablePlan, 'folders' | 'files' | 'bytes' | 'warnings'>> {
  const listed: { fingerprint: string; ms: number; hasSuccess: boolean; files: number; bytes: number }[] = [];
  for await (const { fingerprint, ms, hasSuccess, files, bytes } of listing.folders()) {
    listed.push({ fingerprint, ms, hasSuccess, files: files.length, bytes });
  }
  const total = { folders: 0, files: 0, bytes: 0 };
  const warnings = [...listing.warnings];
  const waiting = new Set<string>();
  for (const folder of listed) {
    if (waiting.has(folder.fingerprint)) continue;
    if (listing.isIncomplete(folder)) {
      waiting.add(folder.fingerprint);
      warnings.push(waitingWarning(folder));
      continue;
    }
    total.folders += 1;
    total.files += folder.files;
    total.bytes += folder.bytes;
  }
  return { ...total, warnings };
}

export function waitingWarning({ fingerprint, ms }: FolderKey): { code: string; message: string } {
  const folder = JSON.stringify(`${fingerprint}/${ms}`);
  const message = `${folder} has no _SUCCESS, which the source has written before: it and the folders after it wait until it is there`;
  return { code: 'FOLDER_INCOMPLETE', message };
}

function namesOf(table: ManifestTable): string[] {
  return table.fingerprints.map(({ name }) => name);
}

function blocked(table: string, failure: TablePlan['failure']): TablePlan {
  return {
    table,
    state: 'blocked',
    folders: 0,
    files: 0,
    bytes: 0,
    lagMs: undefined,
    fence: '0',
    fingerprints: [],
    quarantined: 0,
    warnings: [],
    failure,
  };
}
