import { DeltaTable, TableWriter, type DeltaEngine } from '@lakescope/delta';
import { eachAtOnce } from '../at-once';
import { failureOf } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { IngestionOptions, IngestionPlan, TablePlan } from '../run/run-options';
import { Cursors } from './cursors';
import { dataFolder } from './data-folder';
import { FolderListing } from './list-folders';
import { readManifest, refuseOptions, tablesAtOnce, withEngine } from './open-ingestion';
import { decisionFor, findReset, modeWarning, refuseTarget } from './table-state';

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
        tables.push(await planTable(engine, table, options));
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

async function planTable(engine: DeltaEngine, table: ManifestTable, options: IngestionOptions): Promise<TablePlan> {
  try {
    return await planned(engine, table, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ...blocked(table.table, failureOf(error)), fence: String(table.fence), fingerprints: namesOf(table) };
  }
}

async function planned(engine: DeltaEngine, table: ManifestTable, options: IngestionOptions): Promise<TablePlan> {
  const { source, target, signal, enforceFence = true } = options;
  const folder = dataFolder(table, source.uri, options.pathRewrite);
  const storage = target.table(table.table);
  const { head } = await TableWriter.open(engine, storage, { signal });
  const cursors = new Cursors(table.table);
  await refuseTarget(head, cursors, async () => {
    const existing = await DeltaTable.open(engine, storage, { signal });
    return (await existing.snapshot({}, { signal })).numFiles > 0;
  });
  const known = cursors.all(head);
  const skipped = cursors.skipped(head);
  const reset = findReset(table, known, enforceFence);
  const decision = reset === undefined ? undefined : decisionFor(options.resets, table.table);
  const isRebuilt = decision === 'rebuild';
  const listing = new FolderListing(
    source,
    {
      folder,
      fingerprints: namesOf(table),
      cursorOf: (fingerprint) => (isRebuilt ? 0 : (known.get(fingerprint) ?? 0)),
      fence: enforceFence ? table.fence : undefined,
      retried: [],
      isSkipped: (key) => !isRebuilt && cursors.isSkipped(head, key),
    },
    signal,
  );
  const counts = await countFolders(listing);
  const newest = Math.max(0, ...known.values());
  const isBlocked = reset !== undefined && decision === undefined;
  return {
    table: table.table,
    state: isBlocked ? 'blocked' : counts.folders > 0 || isRebuilt ? 'ready' : 'up_to_date',
    ...counts,
    lagMs: newest === 0 ? undefined : Math.max(0, table.fence - newest),
    fence: String(table.fence),
    fingerprints: namesOf(table),
    quarantined: skipped.length,
    failure: isBlocked ? reset : undefined,
  };
}

/** Folders that wait for their `_SUCCESS`, and those after them, are none that a run would take. */
async function countFolders(
  listing: FolderListing,
): Promise<Pick<TablePlan, 'folders' | 'files' | 'bytes' | 'warnings'>> {
  const byFingerprint = new Map<string, { all: Counts; complete: Counts; waiting: number | undefined }>();
  for await (const folder of listing.folders()) {
    let counts = byFingerprint.get(folder.fingerprint);
    if (counts === undefined) {
      counts = { all: new Counts(), complete: new Counts(), waiting: undefined };
      byFingerprint.set(folder.fingerprint, counts);
    }
    counts.all.add(folder.files.length, folder.bytes);
    if (!folder.hasSuccess) counts.waiting ??= folder.ms;
    if (counts.waiting === undefined) counts.complete.add(folder.files.length, folder.bytes);
  }
  const total = new Counts();
  const warnings = [...listing.warnings];
  for (const [fingerprint, { all, complete, waiting }] of byFingerprint) {
    const isWaiting = listing.writesSuccess && waiting !== undefined;
    total.addAll(isWaiting ? complete : all);
    if (isWaiting) warnings.push(waitingWarning(fingerprint, waiting));
  }
  return { folders: total.folders, files: total.files, bytes: total.bytes, warnings };
}

export function waitingWarning(fingerprint: string, ms: number): { code: string; message: string } {
  const folder = JSON.stringify(`${fingerprint}/${ms}`);
  const message = `${folder} has no _SUCCESS, which the source writes elsewhere: it and the folders after it wait until it is there`;
  return { code: 'FOLDER_INCOMPLETE', message };
}

class Counts {
  folders = 0;
  files = 0;
  bytes = 0;

  add(files: number, bytes: number): void {
    this.folders += 1;
    this.files += files;
    this.bytes += bytes;
  }

  addAll(other: Counts): void {
    this.folders += other.folders;
    this.files += other.files;
    this.bytes += other.bytes;
  }
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
